import { setTimeout as sleep } from 'node:timers/promises';
import { HephyError } from '../../errors/hephy-error';
import type { ProcessEnd, ProcessSpec, RunProcess } from '../../process/process';
import { isBeingStopped } from '../../process/stop-signals';
import type { Engine } from '../../tools/engine';
import { engineEnvironment } from '../../tools/engine-environment';
import { lastLine } from '../../tools/find-engine';
import type { Watch } from './builder-place';

export interface ContainerHost {
  readonly engine: Engine;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables that the container gets by their names. */
  readonly passed: Readonly<Record<string, string>>;
  readonly runProcess: RunProcess;
}

/**
 * Removes the container when it is told to, when it is told to end, and when nobody is there any more who could tell: the end of its input is the end of our
 * process, SIGKILL included. A container that was just being created when it was looked for is there a moment later.
 */
const GUARD = `trap : HUP INT TERM
read -r word
trap "" HUP INT TERM
exec >/dev/null 2>&1
if [ "$word" = ended ]; then exec "$0" rm --force --volumes "$1"; fi
for _ in 1 2 3; do
  "$0" kill "$1"
  "$0" rm --force --volumes "$1" && break
  sleep 0.2
done`;

const NOT_BEGUN = new Set(['created', 'configured', 'initialized']);
const CLIENT_PATIENCE = 30_000;
const END_PATIENCE = 10_000;
const REMOVAL_PAUSE_MS = 200;
const REMOVAL_TRIES = 5;

/**
 * Creates the container, starts it, hands on its output, and removes it whatever happens. The engine's processes are no children of ours: what ends our
 * processes does not end it.
 */
export async function runContainer(
  host: ContainerHost,
  name: string,
  create: readonly string[],
  watch: Watch,
): Promise<ProcessEnd> {
  const { engine, runProcess } = host;
  if (watch.signal?.aborted === true) return { kind: 'cancelled' };
  let release: (word: string) => void = () => undefined;
  const told = new Promise<string>((resolve) => {
    release = resolve;
  });
  const guard = runProcess({
    file: '/bin/sh',
    arguments: ['-c', GUARD, engine.tool.path, name],
    env: engineEnvironment(host.env),
    stdin: told,
  });
  let end: ProcessEnd | undefined;
  try {
    end = await createAndStart(host, name, create, watch);
    return end;
  } finally {
    release(end?.kind === 'exited' ? 'ended\n' : 'gone\n');
    await guard;
    if (end?.kind !== 'exited') await removeForSure(host, name);
  }
}

async function createAndStart(
  host: ContainerHost,
  name: string,
  create: readonly string[],
  watch: Watch,
): Promise<ProcessEnd> {
  const { engine, env, passed, runProcess } = host;
  const client = { file: engine.tool.path, env: engineEnvironment(env) };
  const signal = watch.signal === undefined ? {} : { signal: watch.signal };
  const created = await runProcess({
    ...client,
    env: engineEnvironment(env, passed),
    arguments: create,
    timeout: CLIENT_PATIENCE,
    ...signal,
  });
  if (created.kind === 'cancelled') return created;
  if (created.kind !== 'exited' || created.exitCode !== 0) return refuse(engine, created, watch);
  const started = await runProcess({
    ...client,
    arguments: ['start', '--attach', name],
    capture: false,
    ...watch,
  });
  if (started.kind === 'cancelled' || started.kind === 'timed out' || started.kind === 'absent') return started;
  const exitCode = await readExitCode({ ...client, ...signal }, name, runProcess);
  if (exitCode === 'cancelled') return { kind: 'cancelled' };
  if (exitCode !== undefined) return { kind: 'exited', exitCode, stdout: new Uint8Array(), stderr: started.stderr };
  return refuse(engine, started, watch);
}

/**
 * The exit code of a container whose client has ended; undefined: it did not begin, or runs on without its client. podman’s client may end before podman knows
 * that the container did: it is `running` for another moment, or `stopped` while podman cleans up.
 */
async function readExitCode(
  client: Omit<ProcessSpec, 'arguments'>,
  name: string,
  runProcess: RunProcess,
): Promise<number | 'cancelled' | undefined> {
  const ask = async (args: readonly string[], timeout = CLIENT_PATIENCE) => {
    const end = await runProcess({ ...client, timeout, arguments: args });
    if (end.kind === 'cancelled') return end.kind;
    return end.kind === 'exited' ? Buffer.from(end.stdout).toString('utf8').trim() : '';
  };
  const state = await ask(['container', 'inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name]);
  const [, status, exitCode] = /^(\w+) (-?\d+)$/.exec(state) ?? [];
  if (status === 'exited') return Number(exitCode);
  if (state === 'cancelled') return state;
  if (NOT_BEGUN.has(status ?? '')) return undefined;
  const code = await ask(['wait', name], END_PATIENCE);
  if (code === 'cancelled') return code;
  return /^\d+$/.test(code) ? Number(code) : undefined;
}

/** A client that was ended by what ends this process too, says so in words of its own. */
async function refuse(engine: Engine, end: ProcessEnd, { signal }: Watch): Promise<ProcessEnd> {
  if (await isBeingStopped(signal)) return { kind: 'cancelled' };
  const complaint = lastLine(end);
  const unseen = /bind source path does not exist|mounts denied|no such file or directory|statfs/i.test(complaint);
  throw new HephyError('RUNTIME_UNAVAILABLE', `${engine.name} does not run the builder’s container${complaint}`, {
    hint: unseen
      ? `The engine must see the files of this machine at the same paths: share the directory of the cache with its virtual machine; from within another container take another runtime.`
      : `Look what ${engine.name} run says of the same image.`,
  });
}

/** After an end in the middle of things: until the engine has no container of this name. */
async function removeForSure({ engine, env, runProcess }: ContainerHost, name: string): Promise<void> {
  const client = { file: engine.tool.path, env: engineEnvironment(env), timeout: CLIENT_PATIENCE };
  for (let tries = 0; tries < REMOVAL_TRIES; tries++) {
    const listed = await runProcess({
      ...client,
      arguments: ['container', 'ls', '--all', '--quiet', `--filter=name=${name}`],
    });
    const there = listed.kind === 'exited' && listed.exitCode === 0 && listed.stdout.length > 0;
    if (!there && tries > 0) return;
    if (there) await runProcess({ ...client, arguments: ['rm', '--force', '--volumes', name] });
    else await sleep(REMOVAL_PAUSE_MS);
  }
}
