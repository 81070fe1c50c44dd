import type { Terminal } from './command';

/** Nobody waits in silence for longer. */
const SILENCE_MS = 2000;

/** For work that reports every small step: says how far it is from time to time, beside what is written at the end. */
export function progressOn<A extends readonly unknown[]>(
  terminal: Terminal,
  textOf: (...at: A) => string,
): (...at: A) => void {
  let said = performance.now();
  return (...at) => {
    if (performance.now() - said < SILENCE_MS) return;
    said = performance.now();
    terminal.writeError(textOf(...at));
  };
}
