import { archName, type Platform } from '../oci/platform';

/** What a build job leaves, in `builtDirectory`. Only what it came to is there. */
export const BUILT_FILES = {
  /** Id of the handed plan's run, with a line end. Runners keep directories: what another pipeline left may lie there still. */
  run: 'run',
  /** As the builder wrote it; of a builder that failed it says nothing. */
  digest: 'digest',
  /** The exit code of the builder's last process, decimal, with a line end: without it the builder has not ended, or what it made is not to be taken. */
  status: 'status',
  /** What was built, byte for byte. */
  dockerfile: 'Dockerfile',
  /** The builder's output; only its last 8 MiB. */
  log: 'log',
  /** Two lines: seconds since 1970, when the builders began and when they had ended. */
  times: 'times',
  /** There, and empty, where the builder was ended because its time was up; `status` is then what its end looked like. */
  timedOut: 'timed-out',
  /** One line: why the job failed where its builder did not. */
  problem: 'problem',
} as const;

/** `<image>/<arch>`, below the directory of all of them. */
export function builtDirectory(image: string, platform: Platform): string {
  return `${image}/${archName(platform)}`;
}
