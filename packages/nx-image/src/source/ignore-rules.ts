import dockerignore, { type Ignore } from '@balena/dockerignore';
import { HephyError } from '../errors/hephy-error';

/** An ignore file's rules, Docker's: https://docs.docker.com/build/concepts/context/#dockerignore-files. Paths are from the context, `/` separated. */
export interface IgnoreRules {
  readonly ignores: (path: string) => boolean;
  /** Whether nothing below this ignored directory can be taken back by a negation: it need not be read. */
  readonly prunes: (directory: string) => boolean;
}

export const NO_RULES: IgnoreRules = { ignores: () => false, prunes: () => true };

/** @throws HephyError CONTEXT_IGNORE_INVALID with the line */
export function parseIgnoreFile(text: string, file: string): IgnoreRules {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const patterns = lines.map((line) => (line.startsWith('#') ? '' : quote(line.trim())));
  patterns.forEach((pattern, index) => {
    check(pattern, file, index + 1);
  });
  const rules = makeRules(patterns);
  const negations = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => segments(pattern.slice(1)));
  return {
    ignores: (path) => rules.ignores(path),
    prunes: (directory) => {
      const parts = directory.split('/');
      return !negations.some((negation) => reaches(negation, parts));
    },
  };
}

function makeRules(patterns: readonly string[]): Ignore {
  const rules = dockerignore({ ignorecase: false });
  rules.add([...patterns]);
  // Its cache is a plain object: a file named `constructor` would be found in it.
  (rules as unknown as { _cache: object })._cache = Object.create(null) as object;
  return rules;
}

/**
 * The library makes regular expressions of patterns and escapes only what Go's older matcher did: the other characters that mean something to a
 * regular expression, and backslashes before letters, are written here so that they mean themselves. Runs of `**` become one: they mean the same and match faster.
 */
function quote(pattern: string): string {
  let quoted = '';
  let inClass = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '\\') {
      const next = pattern.charAt(++index);
      quoted += /[A-Za-z0-9]/.test(next) ? next : `\\${next}`;
    } else if (inClass) {
      inClass = character !== ']';
      quoted += character;
    } else if (/[+(){}|^]/.test(character)) {
      quoted += `\\${character}`;
    } else {
      inClass = character === '[';
      quoted += character;
    }
  }
  return quoted.replace(/\*{3,}/g, '**').replace(/(?:\*\*\/)+/g, '**/');
}

function check(pattern: string, file: string, line: number): void {
  try {
    makeRules([pattern]).ignores('x');
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new HephyError('CONTEXT_IGNORE_INVALID', `the pattern ${pattern} is none that Docker understands`, {
      where: { file, line },
      hint: 'Close the bracket, or write \\[ for a bracket that stands for itself.',
      cause,
    });
  }
}

function segments(pattern: string): readonly string[] {
  return pattern
    .trim()
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
}

/** Whether a pattern may match something below the directory that does not match the directory or what it lies in. */
function reaches(negation: readonly string[], directory: readonly string[]): boolean {
  for (const [index, segment] of negation.entries()) {
    if (segment === '**' || segment === '..') return true;
    const part = directory[index];
    if (part === undefined) return true;
    if (segment.includes('**')) return true;
    if (!/[*?[\\]/.test(segment) && segment !== part) return false;
  }
  return false;
}
