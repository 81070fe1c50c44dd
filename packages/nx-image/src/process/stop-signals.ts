import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { HephyError } from '../errors/hephy-error';
import { endAllProcesses } from './running-processes';

/**
 * The one place that listens to what stops a run. Nx sends its executors SIGINT for Ctrl-C, then up to three SIGTERM; an executor whose parent
 * was killed gets nothing but `disconnect` on its channel.
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const STOP_LAG_MS = 500;
type StopCause = (typeof SIGNALS)[number] | 'disconnect';

const controller = new AbortController();
setMaxListeners(0, controller.signal);
let runs = 0;
let holders = 0;
let stopping: Promise<void> | undefined;

/**
 * Aborted by the first stop signal while a run or a child process is under way; its reason is a HephyError BUILD_CANCELLED that names the signal.
 * One for the whole process, never reset: a stopped process starts nothing new.
 */
export function stopSignal(): AbortSignal {
  return controller.signal;
}

/**
 * Listens to stop signals until `end`: a signal then ends all children and aborts the run's signal, and what the process does next is the
 * run's decision. `end` resolves after all children have ended.
 */
export function beginRun(): { readonly signal: AbortSignal; readonly end: () => Promise<void> } {
  const release = holdStopSignals();
  runs++;
  return {
    signal: controller.signal,
    end: async () => {
      await stopping;
      runs--;
      release();
      // Nx's process for batches waits for its parent for ever, and the parent, that told it to stop, five seconds for its end. What is sent is sent before.
      if (stopping !== undefined) process.channel?.unref();
    },
  };
}

/**
 * Whether a stop signal is there, or comes soon. Nx ends a process tree leaves first, and looks every 100 ms whether they are gone: a child that was ended
 * so has often ended before this process hears of it, and did not fail.
 */
export async function isBeingStopped(signal: AbortSignal = controller.signal): Promise<boolean> {
  if (signal.aborted) return true;
  const heard = new AbortController();
  const stop = (): void => {
    heard.abort();
  };
  signal.addEventListener('abort', stop, { once: true });
  await sleep(STOP_LAG_MS, undefined, { signal: heard.signal }).catch(() => undefined);
  signal.removeEventListener('abort', stop);
  return signal.aborted;
}

/** Does the work as a run. Resolves or rejects as the work. */
export async function withStopSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const run = beginRun();
  try {
    return await work(run.signal);
  } finally {
    await run.end();
  }
}

/** Listens while a child runs: `runProcess` calls it. Without a run around it, the process ends as the signal would have ended it, but after its children. */
export function holdStopSignals(): () => void {
  if (holders++ === 0) listen();
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    if (--holders === 0) stopListening();
  };
}

/** Signal handlers keep no process alive. A `disconnect` listener does, hence only from the first holder to the last. */
function listen(): void {
  for (const signal of SIGNALS) process.on(signal, onStop);
  if (process.connected) process.on('disconnect', onDisconnect);
}

function stopListening(): void {
  for (const signal of SIGNALS) process.off(signal, onStop);
  process.off('disconnect', onDisconnect);
}

function onDisconnect(): void {
  onStop('disconnect');
}

function onStop(cause: StopCause): void {
  if (stopping !== undefined) return;
  const what = cause === 'disconnect' ? 'the process that started it is gone' : `it was stopped by ${cause}`;
  controller.abort(new HephyError('BUILD_CANCELLED', `the run was given up: ${what}`));
  stopping = endAllProcesses();
  if (runs > 0 || cause === 'disconnect') return;
  void stopping.then(() => {
    stopListening();
    // Where others listen, what happens now is theirs to say.
    if (process.listenerCount(cause) === 0) process.kill(process.pid, cause);
  });
}
