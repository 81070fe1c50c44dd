import { HephyError } from '../errors/hephy-error';
import type { ImageUse, ReadOptions } from './dockerfile';

const OWN = 'ECR_REGISTRY';

/** Comments and plain ARGs, then FROM an image of our own. */
const CHILD =
  /^(?:(?:#.*|ARG [A-Za-z_]\w*(?:=[\w.:/-]*)?)?\n)*FROM \$(?:\{ECR_REGISTRY\}|ECR_REGISTRY):(\w[\w.-]{0,127})(?: AS [a-z][\w.-]*)?\n/;
/** What may name another image, or begin another stage. */
const OTHERS = /^[ \t]*(?:FROM|ONBUILD)|--from|--mount|--platform|<</im;
/** Longer ones are not plain. */
const MAX_PLAIN = 16 * 1024;

/**
 * `<image>-<tag>` of each image of our own that used stages name, each once: the edges of the graph. A Dockerfile that cannot be read has
 * none: the task that needs it reads it again and says what is wrong. Costs nothing where neither text nor args name the variable.
 */
export function findOwnImages(text: string, options: ReadOptions): readonly string[] {
  const plain = findPlainParent(text, options);
  if (plain !== undefined) return [plain];
  return [...new Set(findOwnUses(text, options).flatMap(({ own }) => own ?? []))];
}

/** Whether one is wanted for another platform than the one built for: `FROM --platform=…`. */
export function crossesPlatforms(text: string, options: ReadOptions): boolean {
  return text.includes('--platform') && findOwnUses(text, options).some(({ platform }) => platform.kind !== 'target');
}

function findOwnUses(text: string, options: ReadOptions): readonly ImageUse[] {
  const { args } = options;
  if (!text.includes(OWN) && ![...args.values()].some((value) => value.includes(OWN))) return [];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most Dockerfiles need no reader at all
  const { readWithErrors } = require('./read-dockerfile') as typeof import('./read-dockerfile');
  try {
    const { stages, uses } = readWithErrors(text, options).dockerfile;
    return uses.filter(({ own, stage }) => own !== undefined && stages[stage]?.used === true);
  } catch (error) {
    if (error instanceof HephyError) return [];
    throw error;
  }
}

/**
 * The one image of our own of a Dockerfile as most of those are that have one: of one stage, FROM it. undefined: not sure. A shortcut past the reader, which
 * takes longer to load than most repositories' Dockerfiles to read; of what cannot be read further down, it answers nonetheless.
 */
function findPlainParent(text: string, { target }: ReadOptions): string | undefined {
  if (target !== undefined || text.length > MAX_PLAIN) return undefined;
  const declared = text.indexOf(`ARG ${OWN}\n`);
  if (declared < 0 || (declared > 0 && text[declared - 1] !== '\n')) return undefined;
  const match = CHILD.exec(text);
  const [head = '', own] = match ?? [];
  const rest = text.slice(head.length);
  return declared < head.length && !OTHERS.test(rest) && !rest.includes(OWN) ? own : undefined;
}
