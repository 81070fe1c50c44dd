import type { BuilderName } from '../../config/build-config';
import type { Range } from '../dockerfile';
import { argumentWords, sourceRange, type Instruction } from '../instruction';

/** Something that the builder would make otherwise than Docker does, or not at all. */
export interface Difference {
  /** A `note` is no reason not to build: what comes out is told beside it. */
  readonly kind: 'refusal' | 'note';
  /** Where it stands in the file. */
  readonly offset: number;
  readonly what: string;
  readonly hint: string;
}

/** A stage that is built, as a builder carries it out. */
export interface StageView {
  readonly index: number;
  /** The stage that it is FROM. */
  readonly parent: StageView | undefined;
  /** Whether Kaniko builds it in one go with its parent, which nothing else needs. */
  readonly squashed: boolean;
  /** What ONBUILD of its parent holds, then its own. */
  readonly instructions: readonly Instruction[];
}

export interface BuildView {
  readonly builder: BuilderName;
  readonly stages: readonly StageView[];
  /** Of the whole file, unused stages as well: what the builder's parser sees. */
  readonly instructions: readonly Instruction[];
  /** The escape character. */
  readonly escape: string;
  readonly syntax: { readonly value: string; readonly offset: number } | undefined;
  /** Build args as they are passed. */
  readonly args: ReadonlyMap<string, string>;
  /** Args that are declared before the first FROM with a default. */
  readonly globalDefaults: ReadonlySet<string>;
  /** See `ReadOptions`. */
  readonly closed: readonly string[];
}

const TITLES: Readonly<Record<BuilderName, string>> = { kaniko: 'Kaniko', buildah: 'buildah' };

/** As sentences name the builder. */
export function titleOf({ builder }: BuildView): string {
  return TITLES[builder];
}

export function refusal(offset: number, what: string, hint: string): Difference {
  return { kind: 'refusal', offset, what, hint };
}

export function note(offset: number, what: string, hint: string): Difference {
  return { kind: 'note', offset, what, hint };
}

export function offsetOf(instruction: Instruction, range?: Range): number {
  if (range !== undefined) return sourceRange(instruction, range).start;
  return instruction.pieces[0]?.source ?? 0;
}

/** `ADD --checksum`, which no builder gets to see: see `findDownload`. */
export function isVerified({ keyword, flags }: Instruction): boolean {
  return keyword === 'ADD' && flags.some(({ text }) => text.startsWith('--checksum='));
}

export function argumentText({ text, arguments: { start, end } }: Instruction): string {
  return text.slice(start, end);
}

/** The arguments as words or, in JSON form, as its strings; where each stands. Unexpanded. */
export function listedWords(instruction: Instruction): readonly { readonly text: string; readonly offset: number }[] {
  const words = argumentWords(instruction).map(({ text, range }) => ({ text, offset: offsetOf(instruction, range) }));
  const list = parseList(argumentText(instruction));
  if (list === undefined) return words;
  return list.map((text) => ({ text, offset: words[0]?.offset ?? 0 }));
}

function parseList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
