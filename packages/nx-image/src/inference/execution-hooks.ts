import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { PreTasksExecution } from '@nx/devkit';
import type { HephyPluginOptions } from './plugin-options';
import { readParallel } from './read-parallel';
import { RUN_VARIABLE, type RunSeed } from '../run/run-seed';

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
  };
  process.env[RUN_VARIABLE] = JSON.stringify(seed);
};
