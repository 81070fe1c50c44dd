import { formatPlatform, type Platform } from '../oci/platform';
import { counted, formatSize } from './amounts';
import { errorText } from './error-text';
import { leftAloneText, upToDateText } from './left-alone-text';
import { printableLine } from './printable';
import type { ResultError } from './result';
import { styleOf } from './style';

/** A planned pipeline, as far as people are told of it. */
export interface PipelineText {
  readonly why: string;
  /** Those with something to do. */
  readonly images: readonly {
    readonly image: string;
    readonly manual: boolean;
    readonly parents: readonly string[];
    readonly builds: readonly { readonly platform: Platform; readonly builder: string }[];
    readonly failed: ResultError | undefined;
  }[];
  readonly upToDate: number;
  /** Of others that are left alone: those that cannot be built, and those that are built by hand and are not there. */
  readonly broken: number;
  readonly byHand: number;
  readonly notes: readonly string[];
  /** What was written; undefined: that is not told. */
  readonly written: { readonly file: string; readonly jobs: number; readonly bytes: number } | undefined;
}

/** With what was compared, a line an image that has something to do, what is wrong, and the numbers last. */
export function pipelineText(plan: PipelineText, options: { readonly color: boolean }): string {
  const style = styleOf(options.color);
  const { images } = plan;
  const width = Math.max(0, ...images.map(({ image }) => image.length));
  const failed = images.flatMap((one) => (one.failed === undefined ? [] : [{ image: one.image, error: one.failed }]));
  return [
    `Base: ${printableLine(plan.why)}`,
    ...images.map((one) => `  ${style.bold(one.image.padEnd(width))}  ${workOf(one)}`),
    ...plan.notes.map((note) => style.yellow(`note: ${printableLine(note)}`)),
    ...failed.map(({ image, error }) => `${style.bold(image)}: ${errorText(error, options)}`),
    style.bold(summary(plan, failed.length)),
  ].join('\n');
}

function workOf({ builds, parents, manual, failed }: PipelineText['images'][number]): string {
  if (failed !== undefined) return `fails: ${failed.code}`;
  if (builds.length === 0) return 'publishes what the registry has';
  const after = parents.length === 0 ? '' : `, after ${parents.join(', ')}`;
  const platforms = builds.map(({ platform }) => formatPlatform(platform)).join(', ');
  const builder = [...new Set(builds.map((build) => build.builder))].join(', ');
  return `builds ${platforms} (${builder})${after}${manual ? ', when somebody starts it' : ''}`;
}

function summary({ images, upToDate, written, ...left }: PipelineText, failed: number): string {
  const platforms = images.reduce((sum, { builds }) => sum + builds.length, 0);
  const publishes = images.filter((one) => one.failed === undefined && one.builds.length === 0).length;
  const builds = images.length - publishes - failed;
  const counts = [
    `${counted(builds, 'image')} to build (${counted(platforms, 'platform')})`,
    ...(publishes === 0 ? [] : [`${publishes} to publish`]),
    ...(failed === 0 ? [] : [`${failed} that cannot be built`]),
    ...leftAloneText(left),
    upToDateText(upToDate, images.length + left.broken + left.byHand),
  ].join(', ');
  if (written === undefined) return `${counts}.`;
  return `${counts}: ${counted(written.jobs, 'job')}, ${formatSize(written.bytes)} in ${printableLine(written.file)}.`;
}
