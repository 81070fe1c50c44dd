import { randomBytes } from 'node:crypto';

/** Set by the plugin before nx starts tasks; see `preTasksExecution`. */
export const RUN_VARIABLE = 'HEPHY_RUN';

/** What is the same for all tasks of one nx command. */
export interface RunSeed {
  /** 12 hex digits, new for every run. */
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly started: string;
  /** Builders at once. */
  readonly parallel: number;
  /** Whether the first task that fails ends all others. */
  readonly bails: boolean;
  /** Whether the plugin shows the table when nx has ended all tasks. With nx's daemon nobody would see it: then the last batch does. */
  readonly showsTable: boolean;
}

/** What the plugin left in the environment; for an executor that something other than nx called, a run of its own. */
export function readRunSeed(env: Readonly<Record<string, string | undefined>>): RunSeed {
  const own: RunSeed = {
    id: randomBytes(6).toString('hex'),
    started: new Date().toISOString(),
    parallel: 1,
    bails: false,
    showsTable: false,
  };
  try {
    const { id, started, parallel, bails, showsTable } = JSON.parse(env[RUN_VARIABLE] ?? '{}') as Partial<RunSeed>;
    const valid =
      /^[0-9a-f]{12}$/.test(id ?? '') &&
      !Number.isNaN(Date.parse(started ?? '')) &&
      Number.isInteger(parallel) &&
      (parallel ?? 0) > 0;
    return valid
      ? { ...own, ...({ id, started, parallel, bails: bails === true, showsTable: showsTable === true } as RunSeed) }
      : own;
  } catch (error) {
    if (error instanceof SyntaxError) return own;
    throw error;
  }
}
