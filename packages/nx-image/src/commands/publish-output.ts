import { errorText } from '../report/error-text';
import { endLine, outputLine, verifyingLine } from '../report/progress-text';
import { sectionEnd, sectionStart } from '../report/section-text';
import type { PublishPhase, PublishWatch } from '../run/handed/publish-built';
import type { StepResult } from '../run/result-store';
import type { OnRunEvent } from '../run/run-event';
import type { Terminal } from './command';
import { tellNotes } from './tell-notes';

const TITLES: Readonly<Record<PublishPhase, string>> = {
  check: 'Look up what is there, and check what was built',
  certify: 'Tag the platforms that passed',
  publish: 'Publish the images whose platforms all passed',
};

/** What is shown while a job publishes: a line for each step that is done, folded by phases where the log is GitLab's. */
export class PublishOutput implements PublishWatch {
  private open: PublishPhase | undefined;

  constructor(
    private readonly terminal: Terminal,
    /** Of https://docs.gitlab.com/ci/jobs/job_logs/ */
    private readonly sections: boolean,
  ) {}

  readonly onPhase = (phase: PublishPhase): void => {
    this.end();
    this.open = phase;
    this.terminal.write(
      this.sections ? sectionStart(`hephy_${phase}`, TITLES[phase], toSeconds(Date.now())) : `${TITLES[phase]}\n`,
    );
  };

  readonly onResult = (result: StepResult): void => {
    const { color } = this.terminal;
    const { image, outcome, error } = result;
    const line = endLine(
      {
        ...{ image, outcome, seconds: result.seconds.total ?? 0 },
        ...(result.step === 'build' ? { platform: result.platform } : {}),
        ...(error === undefined ? {} : { code: error.code }),
        ...(result.step === 'prepare' ? {} : { reason: error === undefined ? result.reason : '' }),
      },
      { color },
    );
    if (line !== '') this.terminal.write(`${line}\n`);
    if (error !== undefined) this.terminal.write(`${errorText(error, { color })}\n`);
  };

  readonly onEvent: OnRunEvent = (event) => {
    const { color, write } = this.terminal;
    tellNotes(write)(event);
    if (event.kind === 'verifying') write(`${verifyingLine(event, { color })}\n`);
    if (event.kind === 'output') write(`${outputLine(event, { color })}\n`);
  };

  end(): void {
    if (this.open !== undefined && this.sections) {
      this.terminal.write(sectionEnd(`hephy_${this.open}`, toSeconds(Date.now())));
    }
    this.open = undefined;
  }
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
