import { signalGroup } from './process-group';

/** By process group: what ends it and resolves when it has ended. */
const running = new Map<number, () => Promise<void>>();

/** Enters a process group until the answer is called. */
export function enterProcess(group: number, end: () => Promise<void>): () => void {
  if (running.size === 0) process.on('exit', killAtExit);
  running.set(group, end);
  return () => {
    running.delete(group);
    if (running.size === 0) process.off('exit', killAtExit);
  };
}

/** Ends every child and what it started, side by side, and resolves when all have ended. Each one's `runProcess` answers `cancelled`, or rejects with what kept it from ending. */
export async function endAllProcesses(): Promise<void> {
  await Promise.allSettled([...running.values()].map((end) => end()));
}

/** Somebody called process.exit: nothing can be waited for any more. */
function killAtExit(): void {
  for (const group of running.keys()) signalGroup(group, 'SIGKILL');
}
