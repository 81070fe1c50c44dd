import { createHash } from 'node:crypto';

/** Options of a generator, as somebody gave them: those that are missing it finds out anew each time. */
export type GivenOptions = Readonly<Record<string, string | number>>;

const HEAD = /^# Written by [^\n]*\n# Options: (\{[^\n]*\})\n# Sum: ([0-9a-f]{64})\n/;

/** Puts before a file what tells the next run of the generator that it is its own, and how it was asked for. */
export function mark(text: string, given: GivenOptions, generator: string): string {
  const first = `# Written by \`npx nx g @hephy/nx-image:${generator}\`, which writes it again as long as nobody edits it.`;
  const options = JSON.stringify(given);
  return `${first}\n# Options: ${options}\n# Sum: ${sum(options, text)}\n${text}`;
}

/** With what options the file was written; undefined: not by the generator, or it was edited since. */
export function readMark(file: string): GivenOptions | undefined {
  const text = file.replaceAll('\r\n', '\n');
  const found = HEAD.exec(text);
  if (found === null) return undefined;
  const [head, options = '', expected] = found;
  return sum(options, text.slice(head.length)) === expected ? (JSON.parse(options) as GivenOptions) : undefined;
}

/** By which a file is the same as another one, formatted or not; undefined: it has none. */
export function readSum(file: string): string | undefined {
  return HEAD.exec(file.replaceAll('\r\n', '\n'))?.[2];
}

/** What a formatter changes does not count. */
function sum(options: string, text: string): string {
  return createHash('sha256')
    .update(`${options}\n${text.replaceAll('"', "'").replace(/\s+/g, ' ').trim()}`)
    .digest('hex');
}
