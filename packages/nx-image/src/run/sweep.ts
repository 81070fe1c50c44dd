import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeOwner } from '../process/owner';
import type { RunProcess } from '../process/process';
import { OWNER_LABEL } from '../tools/container-labels';
import type { Engine } from '../tools/engine';
import { engineEnvironment } from '../tools/engine-environment';
import { OWNER_FILE } from './runtime/private-directory';
import { removePlace } from './runtime/remove-place';

/** A private directory whose owner is not known any more goes after that long. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;
const PATIENCE = 30_000;
const REMOVAL_TRIES = 3;
/** What builders and probes of the machine call theirs. */
const OURS = /^(?:build|try)-/;
/** Each is looked at by every run: the rest is for the next. */
const AT_MOST = 50;

export interface Leftovers {
  readonly workDirectory: string;
  /** The engine that this run uses; another's are left to the run that uses that. */
  readonly engine: Engine | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runProcess: RunProcess;
}

/** Removes what runs that were killed have left: containers, and private directories of builds. What cannot be removed now is left to the next run. */
export async function sweep(leftovers: Leftovers): Promise<void> {
  const { engine } = leftovers;
  await Promise.allSettled([
    sweepDirectories(leftovers.workDirectory),
    ...(engine === undefined ? [] : [sweepContainers(engine, leftovers)]),
  ]);
}

/** Private directories alone: where no container can have been left. */
export async function sweepDirectories(workDirectory: string): Promise<void> {
  const names = await readdir(workDirectory).catch(() => []);
  for (const name of names.filter((one) => OURS.test(one)).slice(0, AT_MOST)) {
    const directory = join(workDirectory, name);
    if (await isForgotten(directory)) await removePlace(directory, undefined).catch(() => undefined);
  }
}

async function isForgotten(directory: string): Promise<boolean> {
  const owner = await readFile(join(directory, OWNER_FILE), 'utf8').catch(() => '');
  const judged = judgeOwner(owner);
  if (judged !== 'elsewhere') return judged === 'dead';
  const changed = await stat(directory).catch(() => undefined);
  return changed !== undefined && Date.now() - changed.mtimeMs > FORGOTTEN_MS;
}

async function sweepContainers(engine: Engine, { env, runProcess }: Leftovers): Promise<void> {
  const ask = async (args: readonly string[]): Promise<string> => {
    const end = await runProcess({
      file: engine.tool.path,
      arguments: args,
      env: engineEnvironment(env),
      timeout: PATIENCE,
    });
    return end.kind === 'exited' && end.exitCode === 0 ? Buffer.from(end.stdout).toString('utf8') : '';
  };
  const listed = await ask(['container', 'ls', '--all', '--quiet', '--no-trunc', `--filter=label=${OWNER_LABEL}`]);
  const ids = listed.split('\n').filter((id) => /^[0-9a-f]{64}$/.test(id));
  for (const id of ids.slice(0, AT_MOST)) {
    const owner = await ask(['container', 'inspect', '--format', `{{index .Config.Labels "${OWNER_LABEL}"}}`, id]);
    if (judgeOwner(owner) !== 'dead') continue;
    await ask(['kill', id]);
    // It names what it has removed. podman gives up where its monitor is slow to write down how the container ended.
    for (let left = REMOVAL_TRIES; left > 0 && (await ask(['rm', '--force', '--volumes', id])) === ''; left -= 1);
  }
}
