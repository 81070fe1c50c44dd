import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Whose something is that may outlive its process: `<pid>:<start time of that pid>:<boot id>@<namespace of pids>@<machine>`. A pid that was given out again has
 * another start time, and after a restart of the machine all have.
 */
export function ownerIdentity(): string {
  return `${process.pid}:${readStat(process.pid)?.start ?? 0}:${surroundings()}`;
}

/** `elsewhere`: it names a process of another container or of another machine, or is no identity: nothing can be said. */
export function judgeOwner(identity: string): 'alive' | 'dead' | 'elsewhere' {
  const [, pid, start, theirs] = /^(\d+):(\d+):(\S+)$/.exec(identity.trim()) ?? [];
  if (pid === undefined || start === undefined) return 'elsewhere';
  const own = surroundings();
  if (theirs === own) return isAlive(Number(pid), start) ? 'alive' : 'dead';
  const [boot, namespace, machine] = (theirs ?? '').split('@');
  const [ownBoot, ownNamespace, ownMachine] = own.split('@');
  // This machine before it was started again. The first namespace has one number on all machines, which may share a disk or an engine.
  return boot !== ownBoot && namespace === ownNamespace && machine === ownMachine ? 'dead' : 'elsewhere';
}

function isAlive(pid: number, start: string): boolean {
  const stat = readStat(pid);
  if (stat !== undefined) return !stat.ended && `${stat.start}` === start;
  // Without /proc, or where it hides the processes of other users, a signal that is none must do.
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks from the machine's start to the process's, and whether only a zombie is left of it; undefined where there is no such process to be seen. */
function readStat(pid: number): { readonly start: number; readonly ended: boolean } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: field 22, counted behind the name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { start: Number(fields[19]), ended: fields[0] === 'Z' || fields[0] === 'X' };
}

function surroundings(): string {
  const boot = read('/proc/sys/kernel/random/boot_id')?.trim() ?? '-';
  // Either alone may be that of a copy of the machine.
  const machine = createHash('sha256').update(`${hostname()} ${read('/etc/machine-id') ?? ''}`);
  return `${boot}@${/\d+/.exec(readNamespace())?.[0] ?? '-'}@${machine.digest('hex').slice(0, 12)}`;
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
