import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import { formatPlatform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import type { RunFacts } from '../plan/run-facts';
import { isRunResult } from '../report/is-run-result';
import type { ResultError } from '../report/result';
import type { RunResult } from '../report/run-result';
import { buildMachinePlatform } from './build-machine';
import { readResult, writeWhole } from './result-file';
import type { RunSeed } from './run-seed';

/** Where what is a whole run's lies, relative to the workspace root: its record, and reports. */
export const RUN_DIRECTORY = 'dist/hephy';
const PATH = `${RUN_DIRECTORY}/run.json`;

type Seed = Pick<RunSeed, 'id' | 'started' | 'parallel'>;
export type RunEnd = Required<Pick<RunResult, 'ended' | 'asked'>>;

/**
 * Writes down that the run has begun, in whichever of its processes that is known first.
 * @param known its facts; where they could not be had, the errors that kept it from beginning
 */
export function recordRun(workspaceRoot: string, seed: Seed, known: RunFacts | readonly ResultError[]): void {
  const before = readOwn(workspaceRoot, seed.id);
  const record = before ?? begin(seed);
  const errors = 'repository' in known ? [] : known;
  const facts = 'repository' in known ? factsOf(known) : {};
  if (before?.repository !== undefined && errors.length === 0) return;
  write(workspaceRoot, { ...record, ...facts, errors: [...record.errors, ...errors] });
}

/** Answers the whole record; undefined: the run did nothing of ours. */
export function recordEnd(workspaceRoot: string, seed: Seed, end: RunEnd): RunResult | undefined {
  const before = readOwn(workspaceRoot, seed.id);
  if (before === undefined) return undefined;
  const record = { ...before, ...end };
  write(workspaceRoot, record);
  return record;
}

/** Of the last run; undefined: there is none. @throws HephyError RESULT_INVALID */
export function readRunRecord(workspaceRoot: string): RunResult | undefined {
  return readResult(workspaceRoot, PATH, 'run', isRunResult);
}

/** Whatever else lies there, broken or another run's, is written over. */
function readOwn(workspaceRoot: string, run: string): RunResult | undefined {
  try {
    const record = readRunRecord(workspaceRoot);
    return record?.run === run ? record : undefined;
  } catch (error) {
    if (error instanceof HephyError) return undefined;
    throw error;
  }
}

function write(workspaceRoot: string, record: RunResult): void {
  writeWhole(join(workspaceRoot, PATH), `${JSON.stringify(record, null, 2)}\n`);
}

function begin({ id, started, parallel }: Seed): RunResult {
  const machine = {
    platform: formatPlatform(buildMachinePlatform()),
    cpus: availableParallelism(),
    memory: totalmem(),
  };
  return { version: 1, run: id, started, machine, parallel, errors: [] };
}

function factsOf({ repository, commit, publish, scope }: RunFacts): Partial<RunResult> {
  return {
    repository: formatRepository(repository),
    ...(commit === undefined ? {} : { commit }),
    publish,
    ...(scope === undefined ? {} : { scope }),
  };
}
