import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from './external-tools';

/** A container engine of a test's own: its store, its socket, its settings. */
export interface TestEngine {
  readonly name: 'docker' | 'podman';
  /** By which its client finds it, and nothing of the machine's. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs its client; answers stdout. */
  run(args: readonly string[], input?: Uint8Array): string;
  /** Names of its containers, running or not. */
  containers(): string[];
  /** Ends and removes them, whatever their programs make of signals; asks again where the engine did not see the end of one in time. */
  remove(names: readonly string[]): void;
  stop(): Promise<void>;
}

const PATH = process.env.PATH ?? '';
/** podman waits five seconds each time until its monitor has written down how the container ended. */
const REMOVAL_TRIES = 5;

/** Whether this process may make containers at all: as root, and not in a container that keeps it from mounting. */
export function mayStartContainers(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true'], { stdio: 'ignore' }).status === 0;
}

/** dockerd without a network of its own, which containers that share the machine's do not need. undefined: there is none, or it does not start here. */
export async function startDocker(): Promise<TestEngine | undefined> {
  const daemon = findOnPath('dockerd') ?? (existsSync('/usr/sbin/dockerd') ? '/usr/sbin/dockerd' : undefined);
  if (daemon === undefined || findOnPath('docker') === undefined || process.getuid?.() !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'hephy-docker-'));
  const at = (name: string): string => join(directory, name);
  const socket = `unix://${at('sock')}`;
  const log = openSync(at('log'), 'a');
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'TERM', daemon, '--iptables=false', '--ip6tables=false', '--bridge=none'],
      ...[`--data-root=${at('data')}`, `--exec-root=${at('exec')}`, `--pidfile=${at('pid')}`, `--host=${socket}`],
    ],
    { stdio: ['ignore', log, log], env: { PATH: `${PATH}:/usr/sbin:/sbin` } },
  );
  child.unref();
  const env = { PATH, HOME: directory, DOCKER_HOST: socket };
  const stop = async (): Promise<void> => {
    await ended(child);
    for (const mount of mountsBelow(directory)) spawnSync('umount', ['-l', mount], { stdio: 'ignore' });
    rmSync(directory, { recursive: true, force: true });
  };
  if (await answers(child, env)) return engine('docker', env, stop);
  await stop();
  return undefined;
}

/** Rootful podman with a store of its own, and settings for a machine without systemd. undefined: there is none. */
export function startPodman(): TestEngine | undefined {
  if (findOnPath('podman') === undefined || process.getuid?.() !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'hephy-podman-'));
  const env = { PATH, HOME: directory, ...podmanSettings(directory) };
  return engine('podman', env, async () => {
    spawnSync('podman', ['system', 'reset', '--force'], { env, stdio: 'ignore' });
    await Promise.resolve();
    rmSync(directory, { recursive: true, force: true });
  });
}

/**
 * What is `containers.conf` and `storage.conf` on a machine that was set up for it. All else that root's podmans share is each one's own: in /run/libpod monitors write down
 * how containers ended, and `system reset` of any podman removes it.
 */
export function podmanSettings(directory: string): Readonly<Record<string, string>> {
  const runc = ['/usr/sbin/runc', '/usr/bin/runc'].find((path) => existsSync(path));
  const at = (name: string): string => join(directory, name);
  writeFileSync(
    at('containers.conf'),
    [
      '[containers]',
      'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
      '[engine]',
      ...(runc === undefined ? [] : [`runtime = "${runc}"`]),
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      `tmp_dir = "${at('tmp')}"`,
      'lock_type = "file"',
      '',
    ].join('\n'),
  );
  writeFileSync(
    at('storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = "${at('store')}"\nrunroot = "${at('run')}"\nrootless_storage_path = "${at('store')}"\n`,
  );
  return { CONTAINERS_CONF: at('containers.conf'), CONTAINERS_STORAGE_CONF: at('storage.conf') };
}

function engine(
  name: TestEngine['name'],
  env: Readonly<Record<string, string>>,
  stop: () => Promise<void>,
): TestEngine {
  const run = (args: readonly string[], input?: Uint8Array): string =>
    execFileSync(name, args, {
      env,
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  return {
    name,
    env,
    run,
    ...containersOf(run),
    stop,
  };
}

export function containersOf(run: TestEngine['run']): Pick<TestEngine, 'containers' | 'remove'> {
  return {
    containers: () =>
      run(['container', 'ls', '--all', '--format', '{{.Names}}'])
        .split('\n')
        .filter((line) => line !== ''),
    remove: (names) => {
      for (const name of names) removeContainer(run, name);
    },
  };
}

function removeContainer(run: TestEngine['run'], name: string): void {
  // As process 1 of a container a program that does not handle SIGTERM is not ended by it: `rm --force` would wait ten seconds for each.
  run(['kill', name]);
  for (let left = REMOVAL_TRIES; ; left -= 1)
    try {
      run(['rm', '--force', name]);
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
}

function mountsBelow(directory: string): string[] {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${directory}/`)).reverse();
}

async function answers(child: ChildProcess, env: Readonly<Record<string, string>>): Promise<boolean> {
  const deadline = performance.now() + 150_000;
  while (child.exitCode === null && performance.now() < deadline) {
    if (spawnSync('docker', ['version'], { env, stdio: 'ignore' }).status === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once('exit', resolve));
  child.ref();
  child.kill('SIGTERM');
  await end;
}
