import { NULLS } from './value';

/** Longer ones are not ordinary. */
const MAX_LENGTH = 8 * 1024;

/** Letters, digits and signs of ASCII, and line feeds. */
const ORDINARY = /^[\n\x20-\x7e]*$/;
/** Without spaces, `,` and whatever YAML could take for something else; a `:` at the end is one, too. */
const WORD = /^[A-Za-z0-9_./](?:[A-Za-z0-9_./:@+=-]*[A-Za-z0-9_./@+=-])?$/;

export type Written = string | readonly string[];

/** `[]`, which is another thing than nothing at all. */
export const EMPTY: readonly string[] = [];

/** Of a file, in its order; no key twice. */
export interface Pairs {
  readonly keys: readonly string[];
  readonly values: readonly Written[];
}

/** Of a text in which there is nothing but keys with words and lists of words; undefined for every other. */
export function readPairs(text: string): Pairs | undefined {
  if (text.length > MAX_LENGTH || !ORDINARY.test(text)) return undefined;
  const keys: string[] = [];
  const values: Written[] = [];
  let list: string[] | undefined;
  let indent = 0;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const dash = indentOf(line);
    if (line.startsWith('- ', dash)) {
      const word = readWord(line.slice(dash + 2).trimStart());
      if (list === undefined || word === undefined) return undefined;
      if (list.length === 0) indent = dash;
      if (dash !== indent) return undefined;
      list.push(word);
      continue;
    }
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(0, colon));
    if (keys.includes(key)) return undefined;
    list = colon === line.length - 1 ? [] : undefined;
    const value = list ?? (line[colon + 1] === ' ' ? readValue(line.slice(colon + 1).trimStart()) : undefined);
    if (value === undefined) return undefined;
    keys.push(key);
    values.push(value);
  }
  return { keys, values };
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 0x20) indent += 1;
  return indent;
}

function readValue(value: string): Written | undefined {
  if (!value.startsWith('[')) return readWord(value);
  if (value === '[]') return EMPTY;
  if (!value.endsWith(']')) return undefined;
  const words: string[] = [];
  for (const piece of value.slice(1, -1).split(',')) {
    const word = readWord(piece.trim());
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}

function readWord(source: string): string | undefined {
  const quote = source[0];
  if (quote === '"' || quote === "'") {
    const inner = source.length > 1 && source.endsWith(quote) ? source.slice(1, -1) : undefined;
    return inner === '' || (inner !== undefined && WORD.test(inner)) ? inner : undefined;
  }
  return WORD.test(source) && !NULLS.has(source) ? source : undefined;
}
