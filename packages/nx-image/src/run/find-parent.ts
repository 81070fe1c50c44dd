import type { Image } from '../config/build-config';
import { manifestTask } from '../config/variant';
import { HephyError, type Location } from '../errors/hephy-error';
import type { Digest } from '../oci/digest';
import { formatPlatform, type Platform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import { wholeParent } from '../plan/whole-parent';
import type { RunContext } from './run-context';

export interface FoundBase {
  /** Name of the image of the same repository that it is. */
  readonly parent: string | undefined;
  readonly reference: string;
  readonly repository: string;
  readonly index: Digest;
  readonly child: Digest;
  readonly layers: readonly Digest[];
  readonly onBuild: readonly string[];
}

/**
 * A child needs its parents' digests of this run, not their tags.
 * @param chosenHere whether the platform is that of the machine that builds
 */
export async function findParent(
  context: RunContext,
  image: Image,
  parent: Image,
  platform: Platform,
  where: Location,
  chosenHere: boolean,
): Promise<FoundBase> {
  const text = formatPlatform(platform);
  if (!parent.config.platforms.some((one) => formatPlatform(one) === text)) {
    throw new HephyError('BASE_PLATFORM_MISSING', `${parent.name} is not built for ${text}`, {
      where,
      hint: `Add ${text} to \`platforms\` in ${parent.configFile}, or take it out of ${image.configFile}.`,
    });
  }
  const digest = requireParent(context, image, parent, platform, where);
  const repository = formatRepository(context.facts.repository);
  const reference = `${repository}@${digest}`;
  const base = await context.bases.resolve(reference, platform, where);
  return {
    ...base,
    parent: parent.name,
    reference,
    repository,
    index: chosenHere ? wholeOf(context, image, parent, where) : base.child,
  };
}

function wholeOf(context: RunContext, image: Image, parent: Image, where: Location): Digest {
  return wholeParent(
    parent.config.platforms.map((one) => ({
      platform: formatPlatform(one),
      digest: requireParent(context, image, parent, one, where),
    })),
  );
}

function requireParent(context: RunContext, image: Image, parent: Image, platform: Platform, where: Location): Digest {
  const result = context.results.build(parent.name, platform);
  if (result?.digest !== undefined) return result.digest as Digest;
  if (result?.outcome === 'built') {
    throw new HephyError(
      'PIPELINE_NOT_PUSHED',
      `${image.name} is FROM ${parent.name}, which this pipeline builds too and does not push`,
      {
        where,
        hint: 'Let merge requests push under tags of their own (`merge_requests: push`, the flag --merge-requests=push), or change the base in a merge request before this one.',
      },
    );
  }
  throw new HephyError(
    'PARENT_NOT_BUILT',
    `${image.name} is FROM ${parent.name}, and this run has no ${formatPlatform(platform)} build of it`,
    {
      where,
      hint: `Run it through nx with its dependencies: npx nx run ${manifestTask(image)}, without --exclude-task-dependencies.`,
    },
  );
}
