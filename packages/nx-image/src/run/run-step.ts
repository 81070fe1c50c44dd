import { HephyError } from '../errors/hephy-error';
import { KNOWN_PLATFORMS, formatPlatform, parsePlatform, type Platform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import type { Image } from '../config/build-config';
import { buildPlatform } from './build-platform';
import type { ManifestResult } from '../report/result';
import { leaveIndex } from './leave-index';
import { isPushed, notPublished } from './not-published';
import { plannedFailure } from './planned-failure';
import { prepareImage } from './prepare-image';
import { publishImage } from './publish-index';
import type { StepResult } from './result-store';
import type { RunContext } from './run-context';

/** One task of a run. */
export interface Step {
  readonly root: string;
  /** undefined: the directory's own image; of `prepare`, all of them. */
  readonly variant: string | undefined;
  readonly step: 'prepare' | 'build' | 'manifest';
  /** Of the step `build`. */
  readonly platform: string | undefined;
}

/**
 * Does the step and leaves its result, in memory and in its file.
 * @throws HephyError, HephyErrors for what has no image to leave a result of: a config or a platform option that is wrong
 */
export async function runStep(context: RunContext, step: Step): Promise<StepResult> {
  const image = context.catalog.image(step.root, step.variant);
  const result = await resultOf(context, image, step);
  context.results.write(result);
  // What was prepared for several images is no news of one of them: the run may be of another.
  const shared = step.step === 'prepare' && context.catalog.images(step.root).length > 1;
  if (!shared || result.error !== undefined) {
    context.results.updateImage({
      image: image.name,
      root: image.root,
      repository: formatRepository(context.facts.repository),
    });
  }
  return result;
}

async function resultOf(context: RunContext, image: Image, step: Step): Promise<StepResult> {
  if (step.step === 'prepare') return prepareImage(context, context.catalog.images(step.root));
  if (step.step === 'manifest') return manifestOf(context, image);
  const platform = platformOption(image, step.platform);
  return plannedFailure(context, image, platform) ?? buildPlatform(context, image, platform);
}

async function manifestOf(context: RunContext, image: Image): Promise<ManifestResult> {
  if (!isPushed(context)) return notPublished(context, image);
  const publishes = context.handed?.run.publishes?.includes(image.name) ?? true;
  return publishes ? publishImage(context, image) : leaveIndex(context, image);
}

function platformOption(image: Image, text: string | undefined): Platform {
  const platform = parsePlatform(text ?? '');
  if (platform !== undefined && image.config.platforms.some((one) => formatPlatform(one) === formatPlatform(platform)))
    return platform;
  const known = platform === undefined ? KNOWN_PLATFORMS : image.config.platforms.map(formatPlatform);
  throw new HephyError(
    'OPTIONS_INVALID',
    `the option \`platform\` is ${JSON.stringify(text)}, which is none of ${image.name}'s`,
    {
      where: { file: image.configFile },
      hint: `It is one of ${known.join(', ')}.`,
    },
  );
}
