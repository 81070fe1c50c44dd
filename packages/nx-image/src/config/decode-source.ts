import { HephyError, HephyErrors } from '../errors/hephy-error';
import { placesOf, type Place } from './place';

/** Real files have some hundred bytes. */
const MAX_SIZE = 1024 * 1024;

/** What no text file holds. https://yaml.org/spec/1.2.2/#51-character-set */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * The text of a config without its byte order mark.
 * @throws HephyErrors CONFIG_TOO_LARGE, before anything is decoded; CONFIG_SYNTAX for what is no UTF-8 text
 */
export function decodeSource(source: Uint8Array | string, file: string): string {
  if (source.length > MAX_SIZE) {
    throw new HephyErrors([
      new HephyError('CONFIG_TOO_LARGE', `the file has ${source.length} bytes, more than ${MAX_SIZE}`, {
        where: { file },
        hint: 'Keep in this file what the image is built from and to, and nothing else.',
      }),
    ]);
  }
  const decoded = typeof source === 'string' ? source : decode(source, file);
  const text = decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded;
  const control = CONTROL.exec(text);
  if (control !== null) {
    const name = `U+${control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    throw new HephyErrors([
      new HephyError('CONFIG_SYNTAX', `the file holds the control character ${name}`, {
        where: { file, ...placesOf(text)(control.index) },
        hint: 'Remove it: a text file has none.',
      }),
    ]);
  }
  return text;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw new HephyErrors([
      new HephyError('CONFIG_SYNTAX', utf16 ? 'the file is UTF-16, not UTF-8' : 'the file is not UTF-8', {
        where: { file, ...(utf16 ? { line: 1, column: 1 } : firstBadPlace(bytes)) },
        hint: 'Save it as UTF-8.',
        cause,
      }),
    ]);
  }
}

/** The longest prefix that decodes ends where the first bad sequence begins. */
function firstBadPlace(bytes: Uint8Array): Place {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, good), { stream: true });
  return placesOf(text)(text.length);
}

/** Whether it is UTF-8 as far as it goes: a sequence may be cut off at the end. */
function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
