import { terminalLayout, type TerminalLayout } from '../process/terminal-layout';
import { builderText } from '../report/builder-text';
import { errorText } from '../report/error-text';
import { endLine, outputLine, progressLine, verifyingLine } from '../report/progress-text';
import type { StepResult } from '../run/result-store';
import type { OnRunEvent } from '../run/run-event';

/** What a run shows while it goes on and at its end. The report makes the text; here it is written. */
export interface LiveOutput {
  readonly layout: TerminalLayout;
  readonly event: OnRunEvent;
  readonly finished: (result: StepResult) => void;
  /** An exception that no step took: said once, and answered as text. `undefined`: of all tasks. */
  readonly failed: (task: string | undefined, error: unknown) => string;
  readonly textOf: (result: StepResult) => string;
  readonly table: (text: string) => void;
}

/** Quiet by default: a line when a builder starts and one when a step has done something; `verbose` has every step of a builder. */
export function liveOutput(options: { readonly verbose: boolean; readonly single: boolean }): LiveOutput {
  const layout = terminalLayout();
  const { color, width } = layout;
  const began = new Map<string, number>();
  if (!process.stdout.listeners('error').includes(goOn)) process.stdout.on('error', goOn);
  const say = (line: string): void => {
    if (line !== '') process.stdout.write(`${line}\n`);
  };
  const lineOf = (result: StepResult): string => {
    const { image, outcome, error } = result;
    return endLine(
      {
        image,
        ...(result.step === 'build' ? { platform: result.platform } : {}),
        outcome,
        ...(error === undefined ? {} : { code: error.code }),
        ...(result.step === 'prepare' ? {} : { reason: error === undefined ? result.reason : '' }),
        seconds: result.seconds.total ?? 0,
      },
      { color },
    );
  };
  const textOf = (result: StepResult): string =>
    result.error === undefined ? lineOf(result) : `${lineOf(result)}\n${errorText(result.error, { color })}`;
  return {
    layout,
    event: (event) => {
      if (event.kind === 'note') say(event.text);
      if (event.kind === 'chosen' && options.verbose) say(builderText(event.chosen));
      if (event.kind === 'building') began.set(`${event.image} ${event.platform}`, performance.now());
      if (event.kind === 'building' || (event.kind === 'progress' && (options.verbose || process.stdout.isTTY))) {
        const seconds =
          (performance.now() - (began.get(`${event.image} ${event.platform}`) ?? performance.now())) / 1000;
        const progress = event.kind === 'progress' ? event.progress : { what: `${event.builder} started` };
        say(progressLine({ image: event.image, platform: event.platform, progress, seconds }, { color, width }));
      }
      if (event.kind === 'verifying') say(verifyingLine(event, { color }));
      if (event.kind === 'output' && options.verbose) say(outputLine(event, { color }));
    },
    finished: (result) => {
      // A prepare that went well is nobody's news.
      if (result.step !== 'prepare' || result.error !== undefined || options.verbose) {
        // Of a batch nx itself shows the whole text of what failed.
        say(options.single ? textOf(result) : lineOf(result));
      }
    },
    failed: (task, error) => {
      const text = errorText(error, { color });
      if (options.single || task === undefined) say(text);
      return text;
    },
    textOf,
    table: (text) => {
      say(text === '' ? '' : `\n${text}`);
    },
  };
}

/** With nx, that was killed, its end of the pipe goes: a run that is being stopped still ends its builders and removes what is theirs. What it would have said its results say. */
function goOn(): void {
  // There is nobody to tell.
}
