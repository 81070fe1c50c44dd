/** What a shell takes as one word, and as nothing but a word, anywhere but in the place of a command. */
const PLAIN = /^[\w./:@%+,=-]+$/;
/** Control characters but line end and tab, line ends of Unicode, byte order marks, what is no character: programs and formats between here and the shell change or refuse them. */
// eslint-disable-next-line no-control-regex -- they are what it is about
const FRAGILE = /[\x01-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Lines that come before any word of `quoteShell`: a carriage return has a name, because whole files have them on every line. */
export const QUOTE_SHELL = String.raw`hephy_cr=$(printf '\r')`;

/**
 * Any text as one word of POSIX sh, the text being nothing but printable characters, tabs and line ends. `$[[`, which GitLab replaces in files with inputs, is not in it.
 * Half a character is written as others write it: U+FFFD.
 */
export function quoteShell(text: string): string {
  if (text.includes('\0')) throw new Error('no word of a shell holds NUL');
  if (PLAIN.test(text)) return text;
  const inside = text
    .replace(LONE_SURROGATE, '\ufffd')
    .replaceAll("'", `'\\''`)
    .replaceAll('$[[', () => `$''[[`)
    .replace(FRAGILE, (character) => (character === '\r' ? `'"$hephy_cr"'` : `'"$(printf '${octal(character)}')"'`));
  return `'${inside}'`;
}

function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
