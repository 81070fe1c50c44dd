import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import { terminalLayout } from '../process/terminal-layout';
import { imageTable } from '../report/table';
import { errorText } from '../report/error-text';
import { readImageResults } from '../run/result-store';
import { reportEnd } from '../run/report-end';
import { seedOfPlan } from '../run/handed/seed-of-plan';
import type { HephyPluginOptions } from './plugin-options';
import { readAsked } from './read-asked';
import { readBail } from './read-bail';
import { findLaptop } from '../run/find-laptop';
import { readParallel } from './read-parallel';
import { readRebuild } from './read-rebuild';
import { readRunSeed, RUN_VARIABLE, type RunSeed } from '../run/run-seed';

/** Decided once for all tasks of this nx command: whatever is assigned to the environment here, every executor sees. */
export const preTasksExecution: PreTasksExecution<HephyPluginOptions> = (_options, context) => {
  const seed: RunSeed = {
    id: randomBytes(6).toString('hex'),
    started: new Date().toISOString(),
    parallel: readParallel(
      context.argv,
      context.nxJsonConfiguration.parallel,
      process.env.NX_PARALLEL,
      availableParallelism(),
    ),
    bails: readBail(context.argv),
    rebuild: readRebuild(context.argv),
    showsTable: process.env.NX_DAEMON_PROCESS !== 'true',
  };
  process.env[RUN_VARIABLE] = JSON.stringify(seedOfPlan(seed, context.workspaceRoot, process.env));
};

/** The table of all images of the run, whoever built them and however it ended. */
export const postTasksExecution: PostTasksExecution<HephyPluginOptions> = async (options, context) => {
  const seed = readRunSeed(process.env);
  const end = { ended: new Date().toISOString(), asked: readAsked(context.argv) };
  orSay(() => {
    reportEnd(context.workspaceRoot, seed, end, process.env);
  });
  if (!seed.showsTable) return;
  const results = orSay(() => readImageResults(context.workspaceRoot).results.filter(({ run }) => run === seed.id));
  if (results === undefined || results.length === 0) return;
  const laptop = await findLaptop(process.env, options?.insecureRegistries);
  process.stdout.write(`\n${imageTable(results, { ...terminalLayout(), laptop })}\n`);
};

/** A report that cannot be made is said to be so, and is no failure of the run. */
function orSay<T>(report: () => T): T | undefined {
  try {
    return report();
  } catch (error) {
    process.stderr.write(`${errorText(error, terminalLayout())}\n`);
    return undefined;
  }
}
