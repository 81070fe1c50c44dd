import type { Range } from './dockerfile';

/** One instruction as a single logical line: continuations joined, comments between them left out. */
export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** Of the file, from 1. */
  readonly line: number;
  readonly text: string;
  /** Which parts of the file `text` is joined from, in order. */
  readonly pieces: readonly Piece[];
  readonly flags: readonly Flag[];
  /** Where in `text` the arguments behind the flags begin and end. */
  readonly arguments: Range;
  readonly heredocs: boolean;
  /** Of a RUN that is one here-document and nothing else. */
  readonly script?: { readonly name: string; readonly chomp: boolean; readonly firstLine: string };
  /** The instruction behind ONBUILD. */
  readonly trigger?: Instruction;
}

export interface Piece {
  /** Offset into the logical line. */
  readonly at: number;
  /** Offset into the file. */
  readonly source: number;
}

/** `--name=value`, quotes and escapes taken away. */
export interface Flag {
  readonly text: string;
  /** Where each character of `text` stands in the logical line. */
  readonly positions: readonly number[];
  /** Of the whole word in the logical line. */
  readonly range: Range;
}

/** Where a range of the logical line stands in the file: from its first character to behind its last one. */
export function sourceRange(instruction: Pick<Instruction, 'pieces'>, range: Range): Range {
  const { pieces } = instruction;
  const offsetOf = (at: number): number => {
    const piece = pieces[lastIndexAtMost(pieces, at, (one) => one.at)];
    return piece === undefined ? at : piece.source + at - piece.at;
  };
  const start = offsetOf(range.start);
  return { start, end: range.end > range.start ? offsetOf(range.end - 1) + 1 : start };
}

/** Index of the last item whose key is at most `key`, in a list sorted by it; -1 for none. */
export function lastIndexAtMost<T>(items: readonly T[], key: number, keyOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && keyOf(item) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The words of the arguments, split at white space alone: FROM knows no quotes around white space. */
export function argumentWords(instruction: Instruction): readonly { text: string; range: Range }[] {
  const { start, end } = instruction.arguments;
  return Array.from(instruction.text.slice(start, end).matchAll(/[^\t\v\f\r ]+/g), (match) => ({
    text: match[0],
    range: { start: start + match.index, end: start + match.index + match[0].length },
  }));
}
