import type { Progress } from '../builders/builder';
import { counted, formatSeconds } from './amounts';
import { printable, printableLine } from './printable';
import type { Outcome } from './result';
import { styleOf } from './style';

export interface ProgressOptions {
  readonly color: boolean;
  /** Columns; the line is cut to fit, never wrapped. */
  readonly width: number;
}

/** A build while it runs. */
export interface RunningBuild {
  readonly image: string;
  /** `linux/arm64`; undefined for a step of all platforms. */
  readonly platform?: string;
  /** undefined: nothing said yet. */
  readonly progress?: Progress;
  readonly seconds: number;
}

/** `web linux/arm64  3/7 RUN make install  12s`; what gives way when it is too long is the instruction. */
export function progressLine(build: RunningBuild, options: ProgressOptions): string {
  const style = styleOf(options.color);
  const label = labelOf(build);
  const { progress } = build;
  const step =
    progress?.step === undefined
      ? ''
      : progress.steps === undefined
        ? `${progress.step}`
        : `${progress.step}/${progress.steps}`;
  const time = formatSeconds(build.seconds);
  const words = printableLine(progress?.what ?? 'started');
  const room = options.width - [label, '  ', step === '' ? '' : `${step} `, '  ', time].join('').length;
  return [
    style.bold(label),
    [...(step === '' ? [] : [style.cyan(step)]), shorten(words, room)].filter((part) => part !== '').join(' '),
    style.dim(time),
  ].join('  ');
}

/** `web  web:verify started` */
export function verifyingLine(
  { image, target }: { readonly image: string; readonly target: string },
  options: Pick<ProgressOptions, 'color'>,
): string {
  return `${styleOf(options.color).bold(image)}  ${printableLine(target)} started`;
}

/** A line of what somebody else's program says of an image, whole. */
export function outputLine(
  { image, line }: { readonly image: string; readonly line: string },
  options: Pick<ProgressOptions, 'color'>,
): string {
  return `${styleOf(options.color).bold(image)}  ${printable(line)}`;
}

/** A build that has ended. */
export interface EndedBuild {
  readonly image: string;
  readonly platform?: string;
  readonly outcome: Outcome;
  /** Code of the error. */
  readonly code?: string;
  /** One line. */
  readonly reason?: string;
  readonly seconds: number;
}

/** All that quiet mode says of a build, once, at its end: `web linux/arm64  built  12s`. Whole: logs are searched, not looked at. */
export function endLine(build: EndedBuild, options: Pick<ProgressOptions, 'color'>): string {
  const style = styleOf(options.color);
  const good = build.outcome === 'built' || build.outcome === 'reused';
  const words = build.code === undefined ? build.outcome : `${build.outcome} ${build.code}`;
  const reason = build.reason === undefined || build.reason === '' ? '' : `: ${printableLine(build.reason)}`;
  return [
    style.bold(labelOf(build)),
    (good ? style.green(words) : style.red(words)) + reason,
    style.dim(formatSeconds(build.seconds)),
  ].join('  ');
}

function labelOf(build: { readonly image: string; readonly platform?: string }): string {
  return build.platform === undefined ? build.image : `${build.image} ${build.platform}`;
}

function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? '' : `${text.slice(0, width - 1)}…`;
}

/** `web  12 files for build jobs` */
export function handedContextLine(project: string, files: number): string {
  return `${printableLine(project)}  ${counted(files, 'file')} for build jobs`;
}
