import { randomBytes } from 'node:crypto';
import { readRebuildValue, type Rebuild } from './rebuild';

/** Set by the plugin before nx starts tasks; see `preTasksExecution`. */
export const RUN_VARIABLE = 'HEPHY_RUN';

/** What is the same for all tasks of one nx command. */
export interface RunSeed {
  /** 12 hex digits, new for every run. */
  readonly id: string;
  /** 12 hex digits, new for every nx command, where `id` is that of a pipeline's plan and several commands have it. */
  readonly command?: string;
  /** ISO 8601 UTC. */
  readonly started: string;
  /** Builders at once. */
  readonly parallel: number;
  /** Whether the first task that fails ends all others. */
  readonly bails: boolean;
  /** Whether the plugin shows the table when nx has ended all tasks. With nx's daemon nobody would see it: then the last batch does. */
  readonly showsTable: boolean;
  /** undefined: nothing is said of it. */
  readonly rebuild?: Rebuild | undefined;
}

const ID = /^[0-9a-f]{12}$/;

/** What the plugin left in the environment; for an executor that something other than nx called, a run of its own. The command line goes before HEPHY_REBUILD. */
export function readRunSeed(env: Readonly<Record<string, string | undefined>>): RunSeed {
  const own: RunSeed = {
    id: randomBytes(6).toString('hex'),
    started: new Date().toISOString(),
    parallel: 1,
    bails: false,
    showsTable: false,
    rebuild: env.HEPHY_REBUILD === undefined ? undefined : readRebuildValue(env.HEPHY_REBUILD),
  };
  try {
    const seed = JSON.parse(env[RUN_VARIABLE] ?? '{}') as Partial<RunSeed> | null;
    const { id = '', command, started = '', parallel = 0, bails, showsTable, rebuild } = seed ?? {};
    const valid = ID.test(id) && !Number.isNaN(Date.parse(started)) && Number.isInteger(parallel) && parallel > 0;
    if (!valid) return own;
    return {
      ...(command !== undefined && ID.test(command) ? { command } : {}),
      ...{ id, started, parallel, bails: bails === true, showsTable: showsTable === true },
      rebuild: isRebuild(rebuild) ? rebuild : own.rebuild,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return own;
    throw error;
  }
}

function isRebuild(value: unknown): value is Rebuild {
  return value === 'all' || (Array.isArray(value) && value.every((name) => typeof name === 'string'));
}
