/** C0 except tab and line feed, DEL, C1, and the marks that turn the direction of text: what a terminal would obey instead of show. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// eslint-disable-next-line no-control-regex -- they are what is looked for
const STYLE = /\u001b\[[0-9;:]*m/g;

/** The text as it may go to a terminal: colours of others dropped, control characters shown as `\xNN`. */
export function printable(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(STYLE, '')
    .replace(CONTROL, (character) => {
      const code = character.charCodeAt(0);
      return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
    });
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s*\r?\n\s*/g, ' ').trim());
}
