import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decidePublishing } from '../ci/decide-publishing';
import type { HandedRun } from '../ci/handed-plan';
import { readCi } from '../ci/read-ci';
import { HephyError } from '../errors/hephy-error';
import type { Repository } from '../oci/reference';
import type { RunFacts } from '../plan/run-facts';
import type { CheckoutFacts } from '../source/source';
import { readEventTime } from './read-event-time';
import type { RunSeed } from './run-seed';

const DAY_MS = 24 * 60 * 60 * 1000;

type Env = Readonly<Record<string, string | undefined>>;

export interface RunFactsInput {
  readonly seed: RunSeed;
  readonly env: Env;
  readonly checkout: CheckoutFacts;
  readonly repository: Repository;
  readonly local: boolean;
  readonly mirror: string | undefined;
  readonly insecure: readonly string[];
  /** Of a job of a pipeline. */
  readonly handed?: HandedRun | undefined;
}

/** @throws HephyError as `decidePublishing` */
export function runFacts(input: RunFactsInput): RunFacts {
  const { seed, env, checkout, local, handed } = input;
  const ci = readCi(env);
  const { publish, scope } = decidePublishing(
    ci,
    {
      local,
      asked: env.HEPHY_PUBLISH === 'true',
      dirty: checkout.dirty !== undefined,
      commit: checkout.commit,
      changed: checkout.changed,
    },
    handed,
  );
  return {
    id: handed?.id ?? seed.id,
    started: handed?.started ?? ci.started ?? readEventTime(env, seed.started) ?? seed.started,
    commit: checkout.commit,
    dirty: checkout.dirty,
    origin: checkout.origin,
    repository: input.repository,
    local,
    publish,
    scope,
    mirror: input.mirror,
    insecure: input.insecure,
    ...(handed?.machines === undefined ? {} : { machines: handed.machines }),
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}

/** The facts also where a run that publishes is refused, and why it is: for those who only read. */
export function factsWithoutPublishing(input: RunFactsInput): {
  readonly facts: RunFacts;
  readonly refused: HephyError | undefined;
} {
  try {
    return { facts: runFacts(input), refused: undefined };
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
    // To the local registry everything is published: those facts there are always.
    return { facts: { ...runFacts({ ...input, local: true }), local: false, publish: false }, refused: error };
  }
}

/**
 * The checkout as the first process of the run saw it: versions are decided once, whatever is edited while the run goes on.
 * `read` is called where this process is the first.
 */
export async function checkoutOfRun(
  cacheDirectory: string,
  runId: string,
  read: () => Promise<CheckoutFacts>,
): Promise<CheckoutFacts> {
  const directory = join(cacheDirectory, 'runs');
  const path = join(directory, `${runId}.json`);
  const known = readIfThere(path);
  if (known !== undefined) return known;
  const facts = await read();
  mkdirSync(directory, { recursive: true });
  forgetOldRuns(directory);
  const temporary = join(directory, `${runId}.${process.pid}.tmp`);
  writeFileSync(temporary, JSON.stringify(facts));
  try {
    linkSync(temporary, path);
    return facts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readIfThere(path) ?? facts;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readIfThere(path: string): CheckoutFacts | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CheckoutFacts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A run is over long before a day. */
function forgetOldRuns(directory: string): void {
  const old = Date.now() - DAY_MS;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? old) < old) rmSync(path, { force: true });
  }
}
