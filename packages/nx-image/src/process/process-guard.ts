import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Reads of process groups that begin (`+ 123`) and end (`- 123`), and kills those that are left when its input ends: with this process, SIGKILL included, when nobody
 * else is there who could. In the background of a shell that ends at once: so it is nobody's child here. Nx sends SIGTERM to all children of a task, and waits for each.
 */
const GUARD = `{
  trap '' HUP INT TERM
  groups=' '
  while read -r word group; do
    case $word in
      +) groups="$groups$group " ;;
      -) groups="\${groups%% $group *} \${groups#* $group }" ;;
    esac
  done
  for group in $groups; do kill -KILL "-$group"; done
} <&3 >/dev/null 2>&1 &`;

type Input = Writable & { unref(): void };

let guard: Input | undefined;

/** Has the process group killed should this process end without a word, until the answer is called. */
export function guardProcessGroup(group: number): () => void {
  const input = (guard ??= startGuard());
  input?.write(`+ ${group}\n`);
  return () => {
    input?.write(`- ${group}\n`);
  };
}

/** It is a net under others: where it cannot be (the builder's image has no shell), there is none. */
function startGuard(): Input | undefined {
  const child = spawn('/bin/sh', ['-c', GUARD], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
    cwd: '/',
    env: {},
  });
  const lose = (): void => {
    guard = undefined;
  };
  child.on('error', lose);
  child.unref();
  const input = (child.stdio as readonly unknown[] | undefined)?.[3] as Input | undefined;
  input?.on('error', lose);
  input?.unref();
  return input;
}
