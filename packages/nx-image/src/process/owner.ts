import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Whose something is that may outlive its process: `<pid>:<start time of that pid>:<boot id>@<namespace of pids>`. A pid that was given out again has another
 * start time, and after a restart of the machine all have.
 */
export function ownerIdentity(): string {
  return `${process.pid}:${startTime(process.pid) ?? 0}:${machineIdentity()}`;
}

/** `elsewhere`: it names a process of another container or of another machine, or is no identity: nothing can be said. */
export function judgeOwner(identity: string): 'alive' | 'dead' | 'elsewhere' {
  const [, pid, start, machine] = /^(\d+):(\d+):(\S+)$/.exec(identity.trim()) ?? [];
  if (pid === undefined || start === undefined) return 'elsewhere';
  const own = machineIdentity();
  if (machine === own) return isAlive(Number(pid), start) ? 'alive' : 'dead';
  const [boot, namespace] = (machine ?? '').split('@');
  const [ownBoot, ownNamespace] = own.split('@');
  // The same namespace under another boot id: this machine before it was started again. The first namespace of a machine always has one number.
  return boot !== ownBoot && namespace === ownNamespace ? 'dead' : 'elsewhere';
}

function isAlive(pid: number, start: string): boolean {
  const now = startTime(pid);
  if (now !== undefined) return `${now}` === start;
  // Without /proc a signal that is none must do.
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks since the machine's start; undefined where there is no such process, or only what is left of one, or no /proc. */
function startTime(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: field 22, counted behind the name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}

function machineIdentity(): string {
  const boot = read('/proc/sys/kernel/random/boot_id')?.trim() ?? '-';
  return `${boot}@${/\d+/.exec(readNamespace())?.[0] ?? '-'}`;
}

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
