import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildOutcome, Progress } from '../builders/builder';
import { isPassingTrouble } from '../builders/registry-trouble';
import type { BuildLog } from './build-log';

/** Milliseconds before each repetition. Builders have tried again themselves by then. */
export const REPETITIONS: readonly number[] = [2_000, 8_000];

/** Instructions whose work would be lost. */
const WORK = /^(?:ADD|COPY|RUN|WORKDIR)\b/;

export interface PatienceInput {
  /** Instead of REPETITIONS. */
  readonly repetitions?: readonly number[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** How often, and after what waits, something of a builder is run again because a registry was in trouble. What it waits for is in the log. */
export class BuilderPatience {
  private readonly waits: number[];

  constructor(
    private readonly input: PatienceInput,
    private readonly log: BuildLog,
  ) {
    this.waits = [...(input.repetitions ?? REPETITIONS)];
  }

  /** Whether it may be run again; answers when the wait is over. */
  async allows(outcome: BuildOutcome): Promise<boolean> {
    const { signal, onProgress } = this.input;
    const said = this.log.lines().findLast((line) => line.trim() !== '') ?? '';
    if (outcome.kind !== 'failed' || !isPassingTrouble(said)) return false;
    const wait = this.waits.shift();
    if (wait === undefined) return false;
    const what = `the registry is in trouble; once more in ${wait / 1000} s`;
    this.log.write(`hephy: ${what}`);
    onProgress({ what });
    await sleep(wait, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }
}

/** Whether an instruction was begun whose work a repetition would do again. */
export function isWork({ what }: Progress): boolean {
  return WORK.test(what);
}
