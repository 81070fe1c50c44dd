import { printableLine } from '../report/printable';
import type { OnRunEvent } from '../run/run-event';

/** Notes of a run, a line each, to one of a terminal's streams; all other events go by. */
export function tellNotes(write: (text: string) => void): OnRunEvent {
  return (event) => {
    if (event.kind === 'note') write(`${printableLine(event.text)}\n`);
  };
}
