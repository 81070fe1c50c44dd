import type { GitlabSettings } from '../../ci/gitlab-settings';
import type { PipelinePlan } from '../../ci/pipeline-plan';
import { HephyError } from '../../errors/hephy-error';
import { formatReference, parseReference } from '../../oci/reference';
import type { RegistryClient } from '../../registry/registry';
import type { RunContext } from '../run-context';

/** The settings with the images of the builders that have something to build by digest. @throws HephyError OPTIONS_INVALID */
export async function pinJobImages(
  { registry }: Pick<RunContext, 'registry'>,
  { images }: Pick<PipelinePlan, 'images'>,
  settings: GitlabSettings,
): Promise<GitlabSettings> {
  const builders = new Set(images.flatMap(({ builds }) => builds.map(({ builder }) => builder)));
  const { kanikoImage, buildahImage } = settings;
  const pin = (image: string, used: boolean, source: string) =>
    used ? pinJobImage(registry, image, source) : Promise.resolve(image);
  const [kaniko, buildah] = await Promise.all([
    pin(kanikoImage, builders.has('kaniko'), 'kaniko_image (--kaniko-image, HEPHY_CI_KANIKO_IMAGE)'),
    pin(buildahImage, builders.has('buildah'), 'buildah_image (--buildah-image, HEPHY_CI_BUILDAH_IMAGE)'),
  ]);
  return { ...settings, kanikoImage: kaniko, buildahImage: buildah };
}

/**
 * The image of jobs by the digest that its tag names now: all jobs of a pipeline take the same. One that has a digest is taken as it is.
 * @param source that said so, for messages
 * @throws HephyError OPTIONS_INVALID
 */
async function pinJobImage(
  registry: Pick<RegistryClient, 'headManifest'>,
  image: string,
  source: string,
): Promise<string> {
  const reference = parseReference(image);
  const hint = 'Name an image that is there and that the planner may read, or one by its digest: name@sha256:….';
  if (reference === undefined) {
    throw new HephyError(
      'OPTIONS_INVALID',
      `${source} is ${JSON.stringify(image)}, which is no reference of an image`,
      {
        hint,
      },
    );
  }
  if (reference.digest !== undefined) return image;
  const digest = await registry.headManifest(reference).catch((cause: unknown) => {
    if (!(cause instanceof HephyError)) throw cause;
    const message = `the digest of ${image} (${source}) cannot be found: ${cause.message}`;
    throw new HephyError('OPTIONS_INVALID', message, { hint, cause });
  });
  if (digest === undefined) throw new HephyError('OPTIONS_INVALID', `${source}: there is no image ${image}`, { hint });
  const { registry: host, path } = reference;
  return formatReference({ registry: host, path, digest });
}
