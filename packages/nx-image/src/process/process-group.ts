import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a process group has between SIGTERM and SIGKILL. Nx leaves its executors five seconds in all. */
export const GRACE_MS = 2000;
const POLL_MS = 60;
/** After SIGKILL only a process stuck in the kernel is still there: nobody can wait for that one. */
const KILLED_MS = 500;

/**
 * Sends a signal to all processes of the group. False: there is none left that we may signal.
 * Node's `kill` reaches the child alone, and its children live on: hence by group.
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}

/** SIGTERM to the group, SIGKILL to what is left of it after the grace; resolves when the group is gone. */
export async function endGroup(group: number): Promise<void> {
  if (!signalGroup(group, 'SIGTERM')) return;
  if (await waitUntilGone(group, GRACE_MS)) return;
  signalGroup(group, 'SIGKILL');
  await waitUntilGone(group, KILLED_MS);
}

async function waitUntilGone(group: number, atMost: number): Promise<boolean> {
  const deadline = performance.now() + atMost;
  for (let wait = 1; ; wait = Math.min(wait * 2, POLL_MS)) {
    if (!isAlive(group)) return true;
    if (performance.now() >= deadline) return false;
    await sleep(wait);
  }
}

/**
 * Dead processes that nobody has waited for still count as members for kill(2); in a container whose first process reaps nothing they stay for ever.
 * So their state is looked up where there is a /proc.
 */
function isAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isLivingMember(name, group));
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: pid (comm) state ppid pgrp …; comm may hold anything, a `)` too. */
function isLivingMember(pid: string, group: number): boolean {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // What others may not see is another user's: nothing that we could have ended.
    if (['ENOENT', 'ESRCH', 'EPERM', 'EACCES'].includes(code ?? '')) return false;
    throw error;
  }
  const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(pgrp) === group && state !== 'Z' && state !== 'X';
}
