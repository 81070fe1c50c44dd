const PLAIN = /^[\w@%+=:,./-]+$/;
/** C0, DEL and C1. */
const CONTROL = /\p{Cc}/u;

/** A word of an argv as a shell would read it back: bare, in quotes, or where it has control characters as bash's `$'…'`. */
export function quoteWord(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!CONTROL.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replace(/['\\]|\p{Cc}/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === "'" || character === '\\') return `\\${character}`;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `$'${escaped}'`;
}
