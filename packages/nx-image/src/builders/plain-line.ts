/** Colours and cursor movements: CSI sequences, https://en.wikipedia.org/wiki/ANSI_escape_code#CSIsection */
// eslint-disable-next-line no-control-regex
const ESCAPES = /\x1b\[[0-9;?]*[ -/]*[@-~]/g;

/** A line of a builder's output without colours and without the blanks that pad it. */
export function plainLine(line: string): string {
  return line.replace(ESCAPES, '').trimEnd();
}

/** For messages: one line, cut where it is too long for a sentence. */
export function shortText(text: string, longest = 160): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
