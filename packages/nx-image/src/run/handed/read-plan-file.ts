import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HandedPlan } from '../../ci/handed-plan';
import { HephyError } from '../../errors/hephy-error';
import { MAX_TEXT, readHandedPlan } from './plan-text';

/** Names the file with the plan of the pipeline that this run is a job of, from the workspace root. */
export const PLAN_VARIABLE = 'HEPHY_PLAN';

/** The plan that HEPHY_PLAN names; undefined: it names none. @throws HephyError PLAN_INVALID */
export function readPlanOf(
  workspaceRoot: string,
  env: Readonly<Record<string, string | undefined>>,
): HandedPlan | undefined {
  const file = env[PLAN_VARIABLE] ?? '';
  return file === '' ? undefined : readPlanFile(workspaceRoot, file);
}

/** @param file from `directory` @throws HephyError PLAN_INVALID */
export function readPlanFile(directory: string, file: string): HandedPlan {
  return readHandedPlan(readText(resolve(directory, file), file), file);
}

function readText(path: string, file: string): string {
  let opened: number | undefined;
  try {
    // Without waiting for whoever would write into a pipe of that name.
    opened = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(opened);
    if (!stat.isFile()) throw missing(file, 'it is no file');
    if (stat.size > MAX_TEXT) throw missing(file, `it is longer than ${MAX_TEXT / 2 ** 20} MiB`);
    return readFileSync(opened, 'latin1');
  } catch (error) {
    if (error instanceof HephyError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw missing(file, code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

function missing(file: string, problem: string): HephyError {
  return new HephyError('PLAN_INVALID', `the plan of this pipeline is not there: ${problem}`, {
    where: { file },
    hint: 'The job that planned the pipeline leaves it. Outside of pipelines leave HEPHY_PLAN unset.',
  });
}
