import { printable, printableLine } from '../printable';

/** A line of a log longer than this says nothing more to whoever reads a summary. */
const LONGEST_LINE = 400;

/**
 * Text of others, on one line, wherever inline text may stand, cells of tables too. As code: there no forge looks for `@names`, `#numbers`, `:emoji:`
 * and links; and with no character left that Markdown or HTML would obey.
 */
export function code(text: string): string {
  const entities = whole(printableLine(text))
    .replace(/[^\p{L}\p{N} ,./-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`)
    // A comment between: what stands before an @ would make an address of it.
    .replaceAll('&#64;', '<!-- -->&#64;')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}&#46;`);
  return entities === '' ? '' : `<code>${entities}</code>`;
}

/** Lines of others as a block, at the margin, with an empty line before and behind. */
export function fence(lines: readonly string[]): string {
  const text = lines.map((line) => cut(whole(printable(line)).replaceAll('\n', ' ').trimEnd())).join('\n');
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `\n${mark}text\n${text}\n${mark}\n`;
}

function cut(line: string): string {
  return line.length > LONGEST_LINE ? `${whole(line.slice(0, LONGEST_LINE))}…` : line;
}

/** Halves of characters cannot be written as UTF-8, and no page may have what is no character. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd');
}
