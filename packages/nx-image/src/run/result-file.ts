import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import { noSpace } from '../errors/no-space';
import { parseJson } from '../plan/parse-json';
import type { ResultKind } from '../report/explain-result';

/** Whole or not at all, its directories made. @throws HephyError BUILD_DISK_FULL */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw noSpace(error, file) ?? error;
  }
}

/** Sorted; none where there is no such directory. */
export function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/**
 * undefined: there is none.
 * @param run whose results are asked for: those of another, of another version of hephy even, are nobody's concern
 * @throws HephyError RESULT_INVALID
 */
export function readResult<T>(
  workspaceRoot: string,
  path: string,
  kind: ResultKind,
  is: (value: unknown) => value is T,
  run?: string,
): T | undefined {
  let text: string;
  try {
    text = readFileSync(join(workspaceRoot, path), 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  const value = parseJson(text);
  if (is(value)) return value;
  if (run !== undefined && isOfAnother(run, value)) return undefined;
  // Loads zod: only to say what is wrong.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would make every read asynchronous
  const { explainResult } = require('../report/explain-result') as typeof import('../report/explain-result');
  const problem = value === undefined ? 'it is no JSON' : explainResult(kind, value);
  if (problem === undefined) return value as T;
  throw new HephyError('RESULT_INVALID', `this is no result that hephy can read: ${problem}`, {
    where: { file: path },
    hint: 'Delete the file and run the target again: every run makes its results anew.',
  });
}

function isOfAnother(run: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('run' in value)) return false;
  return typeof value.run === 'string' && value.run !== run;
}

/** ENOTDIR: a file lies where the directory would. */
export function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
