import { HephyError } from '../../errors/hephy-error';
import { formatPlatform } from '../../oci/platform';
import { indexSource } from '../../plan/index-source';
import { indexKey, type PlatformChild } from '../../plan/plan-index';
import { isVersionTag } from '../../plan/tags';
import { findByKey } from '../find-index';
import type { RunContext } from '../run-context';
import type { LookedAt, Standing } from './looked-at';

type Known = Pick<LookedAt, 'image' | 'prepared' | 'last'>;

/**
 * Whether an image whose platforms are all there was published of exactly them, whatever was published after it.
 * @param standings of its platforms, in the config's order
 */
export async function wasPublished(
  context: RunContext,
  known: Known,
  standings: readonly Standing[],
): Promise<boolean> {
  try {
    return await hasVersion(context, known, standings);
  } catch (error) {
    // Its publish job says it.
    if (error instanceof HephyError) return false;
    throw error;
  }
}

async function hasVersion(
  context: RunContext,
  { image, prepared, last }: Known,
  standings: readonly Standing[],
): Promise<boolean> {
  const { facts, registry } = context;
  const children: PlatformChild[] = [];
  const builds: Parameters<typeof indexSource>[0][number][] = [];
  for (const [index, platform] of image.config.platforms.entries()) {
    const standing = standings[index];
    if (standing === undefined || standing.kind === 'build') return false;
    const name = formatPlatform(platform);
    const digest =
      standing.kind === 'there'
        ? standing.digest
        : last?.index.manifests.find((child) => child.platform && formatPlatform(child.platform) === name)?.digest;
    if (digest === undefined) return false;
    children.push({ platform, digest });
    builds.push({ platform: name, inputs: { key: standing.inputKey } });
  }
  const key = indexKey(image.name, children, facts, indexSource(builds, prepared?.upstream));
  const found = await findByKey(context, key, children);
  const tag = found?.version;
  if (tag === undefined || !isVersionTag(facts, image.name, tag)) return false;
  // Tags are written after the index, and after a look of the user's own.
  return (await registry.headManifest({ ...facts.repository, tag })) !== undefined;
}
