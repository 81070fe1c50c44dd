/** Go's unicode.IsSpace, by which Docker's parser trims: U+0085 is in, the byte order mark is not. */
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** Index of the first character at or after `start` that is no white space; the text's length where there is none. */
export function skipSpace(text: string, start = 0): number {
  let index = start;
  while (index < text.length && isSpace(text.charAt(index))) index++;
  return index;
}

/** Index behind the last character that is no white space. */
export function trimmedEnd(text: string, start = 0): number {
  let end = text.length;
  while (end > start && isSpace(text.charAt(end - 1))) end--;
  return end;
}
