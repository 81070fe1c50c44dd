const MAX_LENGTH = 80;

/** Text of a file as messages show it: between backticks, on one line, cut when it is long. */
export function quoted(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return `\`${cut.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, (character) => JSON.stringify(character).slice(1, -1))}\``;
}
