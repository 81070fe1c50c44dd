import { posix } from 'node:path';
import { quoted } from '../config/quoted';
import { HephyError } from '../errors/hephy-error';
import { IgnorePattern, PatternError, StepsSpent, type StepBudget } from './ignore-pattern';

/** An ignore file's rules, Docker's: https://docs.docker.com/build/concepts/context/#dockerignore-files. Paths are from the context, `/` separated. */
export interface IgnoreRules {
  /** @throws HephyError CONTEXT_IGNORE_INVALID for rules that take too long */
  readonly ignores: (path: string) => boolean;
  /** Whether nothing below this ignored directory can be taken back by a negation: it need not be read. */
  readonly prunes: (directory: string) => boolean;
}

export const NO_RULES: IgnoreRules = { ignores: () => false, prunes: () => true };

/** Ten times what real files have; all that the files of an upstream can cost is bounded by them. */
const MOST = { bytes: 256 * 1024, patterns: 5000, length: 1024, steps: 500_000_000 };

interface Rule {
  readonly pattern: IgnorePattern;
  readonly negated: boolean;
}

/** @throws HephyError CONTEXT_IGNORE_INVALID with the line */
export function parseIgnoreFile(text: string, file: string): IgnoreRules {
  if (Buffer.byteLength(text) > MOST.bytes) throw tooMuch('it is larger than 256 KiB', file);
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const budget = { left: MOST.steps };
  const rules: Rule[] = [];
  const negations: (readonly string[])[] = [];
  lines.forEach((line, index) => {
    const written = line.startsWith('#') ? '' : line.trim();
    const negated = written.startsWith('!');
    const pattern = clean(negated ? written.slice(1) : written);
    if (written === '!') throw invalid(written, 'there is nothing behind it', { file, line: index + 1 });
    if (pattern === undefined) return;
    rules.push({ pattern: compile(pattern, budget, { file, line: index + 1 }), negated });
    if (negated) negations.push(pattern.split('/'));
  });
  if (rules.length > MOST.patterns) throw tooMuch(`it has more than ${MOST.patterns} patterns`, file);
  rules.reverse();
  return {
    ignores: (path) => {
      try {
        const last = rules.find(({ pattern }) => pattern.matches(path));
        return last !== undefined && !last.negated;
      } catch (error) {
        throw error instanceof StepsSpent ? tooMuch('its patterns take too long for so many files', file) : error;
      }
    },
    prunes: (directory) => {
      const parts = directory.split('/');
      return !negations.some((negation) => reaches(negation, parts));
    },
  };
}

/** As Go's filepath.Clean, without a leading slash; undefined: it is about nothing. */
function clean(pattern: string): string | undefined {
  const path = posix.normalize(pattern.trim()).replace(/^\/+|\/+$/g, '');
  return path === '' || path === '.' ? undefined : path;
}

function compile(pattern: string, budget: StepBudget, where: { file: string; line: number }): IgnorePattern {
  if (pattern.length > MOST.length) throw invalid(pattern, `it is longer than ${MOST.length} characters`, where);
  try {
    return new IgnorePattern(pattern, budget);
  } catch (error) {
    throw error instanceof PatternError ? invalid(pattern, error.message, where) : error;
  }
}

function invalid(pattern: string, what: string, where: { file: string; line: number }): HephyError {
  return new HephyError(
    'CONTEXT_IGNORE_INVALID',
    `the pattern ${quoted(pattern)} is none that Docker understands: ${what}`,
    {
      where,
      hint: 'Write \\[ for a bracket, and \\\\ for a backslash, that stand for themselves.',
    },
  );
}

function tooMuch(what: string, file: string): HephyError {
  return new HephyError('CONTEXT_IGNORE_INVALID', `the ignore file is none that anybody wrote by hand: ${what}`, {
    where: { file },
    hint: 'Name directories in place of files.',
  });
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
