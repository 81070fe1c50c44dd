import { argumentWords, type Instruction } from './instruction';
import type { StageView } from './differences/difference';

/** A place of the image that a COPY fills with one thing. */
export interface CopiedPlace {
  readonly line: number;
  /** Absolute. */
  readonly path: string;
}

/** What is written plainly, in the stages that the image consists of. */
export function findCopied(target: StageView | undefined): readonly CopiedPlace[] {
  const places: CopiedPlace[] = [];
  for (let stage = target; stage !== undefined; stage = stage.parent)
    places.push(...stage.instructions.flatMap((instruction) => placeOf(instruction) ?? []));
  return places;
}

function placeOf(instruction: Instruction): CopiedPlace | undefined {
  const { keyword, line } = instruction;
  if (keyword !== 'COPY' || instruction.heredocs) return undefined;
  const [source, to, ...more] = argumentWords(instruction).map(({ text }) => text);
  if (source === undefined || to?.startsWith('/') !== true || more.length > 0) return undefined;
  if (/[$*?[\]'"\\`]/.test(`${source}${to}`)) return undefined;
  const name = source.slice(source.lastIndexOf('/') + 1);
  if (!to.endsWith('/')) return { line, path: to };
  return name === '' || name === '.' || name === '..' ? undefined : { line, path: `${to}${name}` };
}
