import type { BuildResult } from '../../report/result';
import { continueTimes } from '../step-results';
import type { Job } from './read-job';

/** The result of a platform that a job has built, with the time of its builder before that of its publishing; what lies between it waited for. */
export function withJobTimes(result: BuildResult, ran: Job['ran']): BuildResult {
  const checked = Date.parse(result.started);
  // Clocks of two machines differ: what ended after it was checked says nothing.
  if (ran === undefined || ran.to > checked) return result;
  const seconds = (ran.to - ran.from) / 1000;
  const build = {
    started: new Date(ran.from).toISOString(),
    seconds: { build: seconds, total: seconds },
    phases: [{ what: 'build', at: 0, seconds }],
  };
  return { ...result, ...continueTimes(build, checked, result), started: build.started };
}
