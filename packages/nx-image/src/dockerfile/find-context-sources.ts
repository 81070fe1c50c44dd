import type { Dockerfile } from './dockerfile';
import type { Instruction } from './instruction';
import { lexWord, WordError } from './lex-word';
import { scanInstructions } from './scan-instructions';
import { splitArg } from './split-arg';

/** What an instruction of a used stage takes from the context. */
export interface ContextSource {
  readonly instruction: 'COPY' | 'ADD' | 'RUN';
  /** From 1. */
  readonly line: number;
  /** Expanded; `UNKNOWN` stands where only the build knows a value. */
  readonly path: string;
  /** What it is in, for mounts: a stage or an image, or the cache; undefined: the context. */
  readonly of?: 'stage' | 'cache';
}

/** A private-use character: a value that the base image or the build gives. It may hold anything, slashes too. */
export const UNKNOWN = '\ue010';

/**
 * The sources of COPY and ADD that lie in the context, not URLs, here-documents and those of other stages; and those of all mounts of RUN that name one.
 * @param values of build args and of the platform's, by name
 */
export function findContextSources(dockerfile: Dockerfile, values: ReadonlyMap<string, string>): ContextSource[] {
  const { instructions, escape } = scanInstructions(dockerfile.text, dockerfile.path);
  const outer = new Map<string, string>();
  const environments: Map<string, string>[] = [];
  const found: ContextSource[] = [];
  for (const written of instructions) {
    const instruction = written.trigger ?? written;
    const environment = environments.at(-1);
    const scope = environment ?? outer;
    const expand = (text: string): string => expandWord(text, scope, escape);
    if (instruction.keyword === 'FROM') {
      const from = dockerfile.stages[environments.length]?.from;
      environments.push(new Map(typeof from === 'number' ? environments[from] : []));
    } else if (instruction.keyword === 'ARG') {
      for (const { name, value } of splitArg(argumentsOf(instruction), escape)) {
        const known = values.get(name) ?? (value === undefined ? outer.get(name) : expand(value));
        if (known !== undefined && !(environment !== undefined && scope.has(`env ${name}`))) scope.set(name, known);
      }
    } else if (instruction.keyword === 'ENV') {
      for (const { name, value } of readEnv(argumentsOf(instruction), escape)) {
        scope.set(name, expand(value)).set(`env ${name}`, '');
      }
    } else if (dockerfile.stages[environments.length - 1]?.used === true) {
      const { line } = instruction;
      found.push(
        ...sourcesOf(instruction, expand).map((one) => ({ ...one, instruction: keywordOf(instruction), line })),
      );
    }
  }
  return found;
}

function keywordOf({ keyword }: Instruction): ContextSource['instruction'] {
  return keyword === 'COPY' || keyword === 'ADD' ? keyword : 'RUN';
}

function argumentsOf({ text, arguments: { start, end } }: Instruction): string {
  return text.slice(start, end);
}

/** `ENV a=b c=d`, or as it used to be written: `ENV a b`. */
function readEnv(text: string, escape: string): readonly { readonly name: string; readonly value: string }[] {
  const words = splitArg(text, escape);
  if (words[0]?.value !== undefined) return words.map(({ name, value }) => ({ name, value: value ?? '' }));
  const [, name, value] = /^(\S+)\s+(.*)$/s.exec(text) ?? [];
  return name === undefined || value === undefined ? [] : [{ name, value }];
}

function expandWord(text: string, scope: ReadonlyMap<string, string>, escape: string): string {
  try {
    return lexWord(text, { lookup: (name) => scope.get(name) ?? UNKNOWN, escape }).result;
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    return UNKNOWN; // the builder will say what is wrong with it
  }
}

type Source = Pick<ContextSource, 'path' | 'of'>;

function sourcesOf(instruction: Instruction, expand: (text: string) => string): Source[] {
  const { keyword, flags } = instruction;
  if (keyword === 'RUN') {
    const mounts = flags.flatMap(({ text }) => readMountSources(text));
    return mounts.map((mount) => ({ ...mount, path: expand(mount.path) }));
  }
  if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ text }) => text.startsWith('--from='))) return [];
  return wordsOf(argumentsOf(instruction))
    .slice(0, -1)
    .filter((word) => !word.startsWith('<<'))
    .map(expand)
    .filter((path) => keyword === 'COPY' || !/^(?:https?:\/\/|git@|[a-z]+:\/\/)/i.test(path))
    .map((path) => ({ path }));
}

function wordsOf(text: string): readonly string[] {
  if (text.startsWith('[')) {
    try {
      const list = JSON.parse(text) as unknown;
      if (Array.isArray(list) && list.every((word) => typeof word === 'string')) return list;
    } catch {
      // no JSON: words like others, as Docker takes them
    }
  }
  return text.split(/[\t\v\f\r ]+/).filter((word) => word !== '');
}

/** Of `--mount=type=bind,source=…` and `--mount=type=cache,id=…`. */
function readMountSources(flag: string): readonly Source[] {
  if (!flag.startsWith('--mount=')) return [];
  const fields = new Map(
    flag
      .slice('--mount='.length)
      .split(',')
      .map((field) => /^"?([^=]*)=?(.*?)"?$/s.exec(field))
      .map((field) => [(field?.[1] ?? '').toLowerCase(), field?.[2] ?? ''] as const),
  );
  const type = fields.get('type') ?? 'bind';
  const source = fields.get('source') ?? fields.get('src');
  const id = fields.get('id');
  const named = source === undefined ? [] : [source];
  if (type !== 'bind' && type !== 'cache') return [];
  if ((fields.get('from') ?? '') !== '') return named.map((path) => ({ path, of: 'stage' }));
  if (type === 'bind') return named.map((path) => ({ path }));
  return [...named, ...(id === undefined ? [] : [id])].map((path) => ({ path, of: 'cache' }));
}
