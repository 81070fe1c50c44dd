import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** What processes of this machine, zombies left out, have to do with one of these names: in their arguments, environment or working directory. */
export function processesOf(...names: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => !/\) [ZX] /.test(read(`/proc/${pid}/stat`)))
    .filter((pid) =>
      [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`), cwdOf(pid)].some((text) =>
        names.some((name) => text.includes(name)),
      ),
    )
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

/** Processes whose arguments are as asked for. */
export function findProcesses(matches: (argv: readonly string[]) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && matches(read(`/proc/${name}/cmdline`).split('\0').slice(0, -1)))
    .map(Number);
}

/** Mount points of this machine in the directory. */
export function mountsIn(directory: string): string[] {
  return read('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${directory}/`));
}

/** Whether a process runs with exactly these arguments. */
export function runs(...argv: readonly string[]): boolean {
  const wanted = `${argv.join('\0')}\0`;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && read(`/proc/${name}/cmdline`) === wanted);
}

/** What the promise brings, when it brings it in time. */
export async function within<T>(what: string, seconds: number, promise: Promise<T>): Promise<T> {
  const pausing = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: pausing.signal }).then((): never => {
    throw new Error(`${what}: not within ${seconds} s`);
  });
  late.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => {
    pausing.abort();
  });
}

/** Looks until there is what is looked for. */
export async function until(what: string, isThere: () => boolean, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!isThere()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await pause(20);
  }
}

/** Looks until nothing is left, and says what is. */
export async function untilGone(look: () => readonly string[], seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (let left = look(); left.length > 0; left = look()) {
    if (performance.now() > deadline) throw new Error(`left after ${seconds} s:\n${left.join('\n')}`);
    // A look goes through all processes of the machine.
    await pause(100);
  }
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // it ended between the two looks
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
