import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { containersOf, podmanSettings, type TestEngine } from './engines';

/** A user without any rights, made for these tests and taken away after them. */
const USER = `hephy-tests-${process.pid}`;

export interface RootlessPodman extends TestEngine {
  /** Runs a program as the engine's user, in its environment; answers what it said when it failed. */
  asUser(command: readonly string[], owned: string): string;
}

/** podman of a user who is not root, in a directory that this user may look into. */
export function startRootlessPodman(directory: string): RootlessPodman {
  if (spawnSync('id', [USER]).status !== 0) execFileSync('useradd', ['--system', '--no-create-home', USER]);
  if (!readFileSync('/etc/subuid', 'utf8').includes(`${USER}:`)) {
    execFileSync('usermod', ['--add-subuids', '700000-765535', '--add-subgids', '700000-765535', USER]);
  }
  const home = join(directory, 'rootless');
  mkdirSync(home);
  const env = { PATH: process.env.PATH ?? '', HOME: home, XDG_RUNTIME_DIR: home, ...podmanSettings(home) };
  execFileSync('chown', ['-R', USER, home]);
  const become = ['--reuid', USER, '--regid', USER, '--clear-groups'];
  const options = { env, cwd: '/', encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const run = (args: readonly string[], input?: Uint8Array): string =>
    execFileSync('setpriv', [...become, 'podman', ...args], {
      ...options,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
    });
  return {
    name: 'podman',
    env,
    run,
    ...containersOf(run),
    asUser: (command, owned) => {
      execFileSync('chown', ['-R', USER, owned]);
      return spawnSync('setpriv', [...become, ...command], options).stderr;
    },
    stop: async () => {
      spawnSync('setpriv', [...become, 'podman', 'system', 'reset', '--force'], options);
      // It keeps a process that holds its namespaces; `system migrate` ends it.
      spawnSync('setpriv', [...become, 'podman', 'system', 'migrate'], options);
      rmSync(home, { recursive: true, force: true });
      spawnSync('userdel', [USER], { stdio: 'ignore' });
      await Promise.resolve();
    },
  };
}
