import { counted } from '../amounts';
import { leftAloneText, upToDateText } from '../left-alone-text';
import type { PipelineText } from '../pipeline-text';
import { code } from './escape-markdown';
import { LimitedText, SUMMARY_LIMIT } from './limited-text';
import { problem } from './problem';

/** For saying that something was left out. */
const RESERVE = 1_000;

/** A planned pipeline, as far as the summary of its job tells of it. */
export interface PipelineMarkdown extends Pick<PipelineText, 'why' | 'upToDate' | 'broken' | 'byHand' | 'notes'> {
  /** Those with something to do. */
  readonly images: readonly Pick<PipelineText['images'][number], 'image' | 'builds' | 'failed'>[];
  /** Names of those that are built where somebody asks for them. */
  readonly waiting: readonly string[];
}

/** The numbers, with what was compared, notes, and last what cannot be built, and why. */
export function pipelineMarkdown({ why, images, upToDate, notes, waiting, ...others }: PipelineMarkdown): string {
  const failed = images.flatMap(({ image, failed: error }) => (error === undefined ? [] : [{ image, error }]));
  const builds = images.reduce((sum, image) => sum + image.builds.length, 0);
  const counts = [
    `${images.length - failed.length} to publish`,
    `${counted(builds, 'platform')} to build`,
    ...(failed.length === 0 ? [] : [`**${failed.length} that cannot be built**`]),
    ...leftAloneText(others),
    upToDateText(upToDate, images.length + others.broken + others.byHand),
  ];
  const page = new LimitedText(SUMMARY_LIMIT - RESERVE);
  page.add(`Images: ${counts.join(', ')}\n\n${code(why)}\n`);
  for (const note of notes) page.add(`- ${code(note)}`);
  for (const image of waiting) page.add(`- ${code(image)} is built by hand: run this workflow with its name`);
  for (const { image, error } of failed) page.add(`\n${problem(code(image), error)}`);
  const left = page.omitted === 0 ? '' : `\n${page.omitted} more are in the log of the job.\n`;
  return `${page.toString()}${left}`;
}
