import { parsePattern, replaceMatches, trimPrefix, trimSuffix } from './glob-match';
import { isSpace } from './white-space';

/**
 * What a variable is asked for. `value`: it stands in the result as it is; `choice`: as well, or what stands in for it where it is
 * not set; `part`: something is cut out of it or replaced.
 */
export type Asked = 'value' | 'choice' | 'part';

/** The value of a variable; undefined: not set. */
export type Lookup = (name: string, asked: Asked) => string | undefined;

export interface LexOptions {
  readonly lookup: Lookup;
  /** The escape character of the Dockerfile. */
  readonly escape: string;
  /** Keep quotes and escapes in the result. */
  readonly raw?: boolean;
  /** Keep variables that are not set as they are written. */
  readonly keepUnset?: boolean;
}

export interface LexedWord {
  readonly result: string;
  /** The result split at white space that is not quoted. */
  readonly words: readonly string[];
}

/** What is wrong with a word; the caller knows where it stands. */
export class WordError extends Error {}

const MAX_DEPTH = 50;
const MAX_LENGTH = 65_536;

/**
 * Quotes, escapes and variables as Docker reads them, by the rules of buildkit's frontend/dockerfile/shell/lex.go, which Kaniko compiles in.
 * What grows or nests without bound is a WordError.
 */
export function lexWord(text: string, options: LexOptions): LexedWord {
  const { lookup, escape } = options;
  const raw = options.raw === true;
  const keepUnset = options.keepUnset === true;
  let at = 0;
  let depth = 0;

  function checkLength(length: number): void {
    if (length > MAX_LENGTH) throw new WordError('it expands to more than 64 KiB');
  }

  function readUntil(stop: string | undefined, keepEscapes: boolean): LexedWord {
    if (++depth > MAX_DEPTH) throw new WordError('its variables nest too deeply');
    let result = '';
    const words: string[] = [];
    let word = '';
    const addPlain = (part: string): void => {
      for (const character of part) {
        if (!isSpace(character)) word += character;
        else if (word !== '') {
          words.push(word);
          word = '';
        }
      }
    };
    while (at < text.length) {
      checkLength(result.length);
      const character = text.charAt(at);
      if (character === stop) {
        at++;
        depth--;
        if (word !== '') words.push(word);
        return { result, words };
      }
      if (character === "'" || character === '"') {
        const quoted = character === "'" ? readSingleQuoted() : readDoubleQuoted(keepEscapes);
        result += quoted;
        word += quoted;
      } else if (character === '$') {
        const value = readVariable();
        result += value;
        addPlain(value);
      } else if (character === '<' && text.charAt(at + 1) === '<') {
        // The word behind `<<` belongs to it, white space between or not.
        const start = at;
        at += 2;
        while (at < text.length && '\t\r '.includes(text.charAt(at))) at++;
        result += text.slice(start, at);
        word += text.slice(start, at);
      } else if (character === escape) {
        const escaped = text.charAt(at + 1);
        const kept = keepEscapes ? character + escaped : escaped;
        at += 2;
        result += kept;
        word += kept;
      } else {
        at++;
        result += character;
        addPlain(character);
      }
    }
    checkLength(result.length);
    if (stop !== undefined) throw new WordError(`it lacks the closing ${stop}`);
    if (word !== '') words.push(word);
    return { result, words };
  }

  function readSingleQuoted(): string {
    const end = text.indexOf("'", at + 1);
    if (end < 0) throw new WordError('it lacks the closing single quote');
    const start = at;
    at = end + 1;
    return raw ? text.slice(start, at) : text.slice(start + 1, end);
  }

  function readDoubleQuoted(keepEscapes: boolean): string {
    let result = raw ? '"' : '';
    at++;
    while (at < text.length) {
      checkLength(result.length);
      const character = text.charAt(at);
      if (character === '"') {
        at++;
        return raw ? `${result}"` : result;
      }
      if (character === '$') {
        result += readVariable();
        continue;
      }
      at++;
      if (character !== escape) {
        result += character;
        continue;
      }
      if (keepEscapes) result += character;
      if (at === text.length) break;
      const next = text.charAt(at);
      if (next === '"' || next === '$' || next === escape) {
        at++;
        result += next;
      } else result += character;
    }
    throw new WordError('it lacks the closing double quote');
  }

  function readVariable(): string {
    at++;
    if (text.charAt(at) !== '{') {
      const name = readName();
      if (name === '') return '$';
      return lookup(name, 'value') ?? (keepUnset ? `$${name}` : '');
    }
    at++;
    if (at === text.length) throw new WordError('it lacks the closing }');
    if ('{}:'.includes(text.charAt(at))) throw new WordError('a ${…} in it names no variable');
    const name = readName();
    let modifier = text.charAt(at++);
    if (modifier === '}') return lookup(name, 'value') ?? (keepUnset ? `\${${name}}` : '');
    if (modifier === '/') return readReplacement(name);
    const colon = modifier === ':';
    if (colon) modifier = text.charAt(at++);
    const modifiers = colon ? '+-?' : '+-?#%';
    if (modifier === '' || !modifiers.includes(modifier))
      throw new WordError(`\${${name}…} has a modifier that Docker does not know`);
    const cuts = modifier === '#' || modifier === '%';
    const word = readUntil('}', cuts).result;
    const value = lookup(name, cuts ? 'part' : 'choice');
    if (value === undefined && keepUnset) return `\${${name}${colon ? ':' : ''}${modifier}${word}}`;
    const absent = value === undefined || (colon && value === '');
    if (modifier === '-') return absent ? word : value;
    if (modifier === '+') return absent ? '' : word;
    if (modifier === '?') {
      if (absent) throw new WordError(`${name} ${word === '' ? 'has no value' : `has no value: ${word}`}`);
      return value;
    }
    const longest = word.startsWith(modifier);
    const tokens = parsePattern(longest ? word.slice(1) : word);
    if (tokens === undefined) throw new WordError(`\${${name}…} has a pattern that Docker does not know`);
    return (modifier === '#' ? trimPrefix : trimSuffix)(tokens, value ?? '', longest);
  }

  function readReplacement(name: string): string {
    const all = text.charAt(at) === '/';
    if (all) at++;
    const pattern = readUntil('/', true).result;
    const replacement = readUntil('}', true).result;
    const value = lookup(name, 'part');
    if (value === undefined && keepUnset) return `\${${name}/${pattern}/${replacement}}`;
    const tokens = parsePattern(pattern);
    if (tokens === undefined) throw new WordError(`\${${name}…} has a pattern that Docker does not know`);
    return replaceMatches(tokens, value ?? '', replacement, all);
  }

  function readName(): string {
    const rest = /(?:\d+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*)/uy;
    rest.lastIndex = at;
    const name = rest.exec(text)?.[0] ?? '';
    at += name.length;
    return name;
  }

  return readUntil(undefined, raw);
}
