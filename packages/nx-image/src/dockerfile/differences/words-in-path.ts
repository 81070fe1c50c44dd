import { matchesPattern, segmentsOf } from './path-pattern';

/** Words of a Dockerfile that lead into a directory, in whatever way they are written; and what variables stand for. No shell is interpreted. */

export type Variables = ReadonlyMap<string, string>;

const VARIABLE = /\$(?:(\w+)|\{(\w+)(?::?([-+?=])([^}]*))?\})/g;
/** What ends a word of a shell, or stands before a path in one. */
const BETWEEN = /[\s;&|<>()=,]+/;
const ADDRESS = /\b(?!file:)[a-z][a-z0-9+.-]*:\/\/[^\s;&|<>()"'`]*/gi;
const SUBSTITUTION = /\$\(([^()]*)\)|`([^`]*)`/;

/** With the values of variables that are known; others stay as they are. */
export function expandKnown(text: string, variables: Variables): string {
  return text.replace(
    VARIABLE,
    (written, plain?: string, braced?: string, operator?: string, word?: string): string => {
      const value = variables.get(plain ?? braced ?? '');
      if (operator === '+') return word ?? '';
      if (operator === '-' || operator === '=') return value === undefined || value === '' ? (word ?? '') : value;
      return value ?? written;
    },
  );
}

/**
 * Whether a path leads below the directory, or `at` it: `.`, `..`, doubled slashes and globs followed.
 * @param from undefined: nobody knows, and only absolute paths lead anywhere
 */
export function leadsInto(written: string, directory: string, from: string | undefined): 'at' | 'below' | undefined {
  if (!written.startsWith('/') && from === undefined) return undefined;
  const found = segmentsOf(written.startsWith('/') ? written : `${from ?? ''}/${written}`);
  const wanted = segmentsOf(directory);
  if (!wanted.every((name, index) => matchesName(found[index] ?? '', name))) return undefined;
  return found.length > wanted.length ? 'below' : 'at';
}

/** Whether a shell's text has a word that leads into the directory: absolute, or with a slash in it. A word alone is more often a word than a name. */
export function textLeadsInto(text: string, directory: string, from: string | undefined): boolean {
  return wordsOf(text).some((word) => word.includes('/') && leadsInto(word, directory, from) !== undefined);
}

function wordsOf(text: string): readonly string[] {
  const [rest, inside] = takeSubstitutions(text.replace(ADDRESS, ' '));
  return [rest, ...inside]
    .flatMap((one) => one.replace(/["'\\]/g, '').split(BETWEEN))
    .flatMap((word) => [
      word.replace(/^(?:-\w|\{)(?=\/)/, ''),
      ...word
        .split(':')
        .slice(1)
        .filter((part) => part.startsWith('/')),
    ]);
}

/** What is behind one is no path of its own: `$(pwd)/cache`. */
function takeSubstitutions(text: string): readonly [rest: string, inside: readonly string[]] {
  const inside: string[] = [];
  let rest = text;
  for (let found = SUBSTITUTION.exec(rest); found !== null; found = SUBSTITUTION.exec(rest)) {
    inside.push(found[1] ?? found[2] ?? '');
    rest = `${rest.slice(0, found.index)}$_${rest.slice(found.index + found[0].length)}`;
  }
  return [rest, inside];
}

/** What is `*` alone names nothing in particular. */
function matchesName(pattern: string, name: string): boolean {
  return pattern === name || (/[*?[]/.test(pattern) && !/^\**$/.test(pattern) && matchesPattern(pattern, name));
}
