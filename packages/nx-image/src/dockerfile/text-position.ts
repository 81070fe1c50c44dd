import { lastIndexAtMost } from './instruction';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units; a byte order mark does not count. */
  readonly column: number;
}

/** Lines and columns of a text's offsets. */
export function indexPositions(text: string): (offset: number) => Position {
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const index = Math.max(
      0,
      lastIndexAtMost(starts, offset, (start) => start),
    );
    return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 };
  };
}
