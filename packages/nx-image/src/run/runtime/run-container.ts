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
/** Engines without layers in their store copy all of the image. */
const CREATE_PATIENCE = 180_000;
/** As long as an engine knows of the container, but not yet how it ended. */
const END_PATIENCE = 30_000;
const END_PAUSE_MS = 200;
const UNKNOWN_TRIES = 5;
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
  }).catch(nothing);
  let end: ProcessEnd | undefined;
  try {
    end = await createAndStart(host, name, create, watch);
    return end;
  } finally {
    release(end?.kind === 'exited' ? 'ended\n' : 'gone\n');
    const removal = await guard;
    // podman gives up where its monitor is slow to write down how the container ended.
    const removed = end?.kind === 'exited' && removal?.kind === 'exited' && removal.exitCode === 0;
    if (!removed) await removeForSure(host, name).catch(nothing);
  }
}

/** How the build ended is what counts, whatever becomes of what only tidies up behind it: see `removeForSure`. */
function nothing(): undefined {
  return undefined;
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
    timeout: CREATE_PATIENCE,
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
  const ending = await readEnding({ ...client, ...signal }, name, runProcess, started.kind);
  if (ending === 'cancelled') return { kind: 'cancelled' };
  if (typeof ending === 'number')
    return { kind: 'exited', exitCode: ending, stdout: new Uint8Array(), stderr: started.stderr };
  return refuse(engine, started, watch, ending === 'not begun' ? undefined : ending);
}

/**
 * The exit code of a container whose client has ended. `not begun`; or, where it runs on without its client, which something ended, or nothing is known of it, what the engine said last.
 * podman’s client may end before podman knows that the container did: it is `running` for another moment, or `stopped` while podman cleans up, and meanwhile
 * podman may know no exit code.
 */
async function readEnding(
  client: Omit<ProcessSpec, 'arguments'>,
  name: string,
  runProcess: RunProcess,
  clientWas: ProcessEnd['kind'],
): Promise<number | 'cancelled' | 'not begun' | { readonly said: string }> {
  let said = '';
  const ask = async (
    args: readonly string[],
    timeout = CLIENT_PATIENCE,
  ): Promise<ProcessEnd['kind'] | { text: string }> => {
    const end = await runProcess({ ...client, timeout, arguments: args });
    const text = end.kind === 'exited' ? Buffer.from(end.stdout).toString('utf8').trim() : '';
    said = text === '' ? `${args[0] ?? ''}${lastLine(end)}` : text;
    return end.kind === 'exited' ? { text } : end.kind;
  };
  const deadline = performance.now() + END_PATIENCE;
  for (let unknown = 0; ;) {
    const state = await ask(['container', 'inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name]);
    if (state === 'cancelled') return state;
    const [, status = '', exitCode] = /^(\w+) (-?\d+)$/.exec(typeof state === 'object' ? state.text : '') ?? [];
    if (status === 'exited') return Number(exitCode);
    if (NOT_BEGUN.has(status)) return 'not begun';
    if (status === '') unknown += 1;
    if (clientWas !== 'exited' || unknown === UNKNOWN_TRIES || performance.now() > deadline) return { said };
    const waited = await ask(['wait', name], END_PATIENCE);
    if (waited === 'cancelled') return waited;
    if (waited === 'timed out') return { said };
    if (typeof waited === 'object' && /^\d+$/.test(waited.text)) return Number(waited.text);
    await sleep(END_PAUSE_MS);
  }
}

/** A client that was ended by what ends this process too, says so in words of its own. */
async function refuse(
  engine: Engine,
  end: ProcessEnd,
  { signal }: Watch,
  ending?: { readonly said: string },
): Promise<ProcessEnd> {
  if (await isBeingStopped(signal)) return { kind: 'cancelled' };
  const complaint = lastLine(end);
  if (ending !== undefined)
    throw new HephyError(
      'RUNTIME_UNAVAILABLE',
      `${engine.name} does not tell how the builder’s container ended (${ending.said})${complaint}`,
      { hint: `Look into the log of ${engine.name}; where it was restarted in the middle of the build, build again.` },
    );
  const unseen = /bind source path does not exist|mounts denied|no such file or directory|statfs/i.test(complaint);
  throw new HephyError('RUNTIME_UNAVAILABLE', `${engine.name} does not run the builder’s container${complaint}`, {
    hint: unseen
      ? `The engine must see the files of this machine at the same paths: share the directory of the cache with its virtual machine; from within another container take another runtime.`
      : `Look what ${engine.name} run says of the same image.`,
  });
}

/** After an end in the middle of things, or a removal that failed: until the engine has no container of this name. What is left all the same the next run sweeps. */
async function removeForSure({ engine, env, runProcess }: ContainerHost, name: string): Promise<void> {
  const client = { file: engine.tool.path, env: engineEnvironment(env), timeout: CLIENT_PATIENCE };
  for (let tries = 0; tries < REMOVAL_TRIES; tries++) {
    const listed = await runProcess({
      ...client,
      arguments: ['container', 'ls', '--all', '--quiet', `--filter=name=${name}`],
    });
    const there = listed.kind === 'exited' && listed.exitCode === 0 && listed.stdout.length > 0;
    if (!there && tries > 0) return;
    const removal = there
      ? await runProcess({ ...client, arguments: ['rm', '--force', '--volumes', name] })
      : undefined;
    if (removal?.kind !== 'exited' || removal.exitCode !== 0) await sleep(REMOVAL_PAUSE_MS);
  }
}
