import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { Digest } from '../oci/digest';
import type { ImageIndex } from '../oci/manifest';
import { formatPlatform } from '../oci/platform';
import { indexKey, planAnnotations, planIndex, VERSION_ANNOTATION, type IndexChild } from '../plan/plan-index';
import { versionTag, writableInputTag } from '../plan/tags';
import type { RawManifest } from '../registry/registry';
import type { ManifestResult } from '../report/result';
import { readIndex } from './checks/read-manifest';
import { findCertified } from './find-certified';
import { findIndexBase } from './index-base';
import { pushIndex, type PushedIndex } from './push-index';
import { requireBuilt, requirePrepared, type Built } from './require-results';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';
import { takeStep } from './take-step';
import { freeVersionTag, writeTag } from './write-tags';
import { completeArchTags, writePublicTags } from './write-public-tags';

/**
 * The index over exactly the configured platforms: answered from the registry where it was made of the same children before, else pushed without a tag,
 * read back and verified; then its tags. Never rejects: what went wrong is in the result.
 */
export async function publishImage(context: RunContext, image: Image): Promise<ManifestResult> {
  return takeStep(
    context,
    image,
    'manifest',
    (watch) => publish(context, image, watch),
    ({ error }) => ({ reason: error.message, platforms: [], tags: [], notes: [] }),
  );
}

const REUSED = 'made of the same platforms before';

type Done = Omit<ManifestResult, 'version' | 'step' | 'run' | 'image' | 'started' | 'seconds'>;

async function publish(context: RunContext, image: Image, watch: Stopwatch): Promise<Done> {
  const { facts } = context;
  const builds = image.config.platforms.map((platform) => ({
    platform,
    built: requireBuilt(context, image, platform),
  }));
  const children = builds.map(({ platform, built }): IndexChild => {
    return { platform, mediaType: built.manifest.mediaType, digest: built.digest as Digest, size: built.manifest.size };
  });
  const key = indexKey(image.name, children, facts);
  const known = await watch.time('registry', () => findIndex(context, key, children));
  const made = known === undefined ? await makeIndex(context, image, children, builds, watch) : undefined;
  const meanwhile = made && (await certify(context, image, children, key, made.raw));
  const raw = known ?? meanwhile ?? made?.raw;
  if (raw === undefined) throw new Error('no index was made');
  const version = versionOf(raw) ?? versionTag(facts, image.name);
  const tags = await watch.time('publish', () => writePublicTags(context, image, version, raw));
  return {
    ...(made === undefined || meanwhile !== undefined
      ? { outcome: 'reused', reason: meanwhile === undefined ? REUSED : 'another run made the same index meanwhile' }
      : { outcome: 'built', reason: 'the registry has no index of these platforms', publisher: made.publisher }),
    digest: raw.digest,
    versionTag: version,
    platforms: builds.map(({ platform, built }) => ({
      platform: formatPlatform(platform),
      digest: built.digest,
      size: built.size ?? 0,
    })),
    tags,
    notes: [],
  };
}

/**
 * The tags of the platforms, then the `in-` tag that reuse trusts. Where another run of the same inputs was faster its index is answered: two runs side by side
 * are to give the fixed tags one index.
 */
async function certify(
  context: RunContext,
  image: Image,
  children: readonly IndexChild[],
  key: string,
  raw: RawManifest,
): Promise<RawManifest | undefined> {
  const { facts, registry } = context;
  await completeArchTags(context, versionOf(raw) ?? versionTag(facts, image.name), children);
  const meanwhile = await findIndex(context, key, children);
  if (meanwhile !== undefined && meanwhile.digest !== raw.digest) return meanwhile;
  await writeTag(registry, facts.repository, writableInputTag(facts, key), raw);
  return undefined;
}

function findIndex(
  context: RunContext,
  key: string,
  children: readonly IndexChild[],
): Promise<RawManifest | undefined> {
  return findCertified(context, key, ({ bytes, digest: named }, tag) => {
    const has = readIndex(bytes)?.manifests.map(({ digest }) => digest) ?? [];
    if (has.join() === children.map(({ digest }) => digest).join()) return undefined;
    return new HephyError('INDEX_WRONG', `${tag} is to name the index of these platforms, and names ${named}`, {
      hint: 'Somebody else wrote that tag. Delete it in the registry, and the index is made anew.',
    });
  });
}

async function makeIndex(
  context: RunContext,
  image: Image,
  children: readonly IndexChild[],
  builds: readonly { readonly built: Built }[],
  watch: Stopwatch,
): Promise<PushedIndex> {
  const { facts } = context;
  const prepared = requirePrepared(context, image);
  const version = await freeVersionTag(context.registry, facts, image.name, children);
  const base = findIndexBase(context, image, prepared);
  const annotations = planAnnotations(
    {
      image,
      facts,
      description: { platforms: Object.fromEntries(builds.map(({ built }) => [built.platform, built.inputs])) },
      upstreamCommit: prepared.upstream?.commit,
      upstreamRef: prepared.upstream?.name,
      base,
    },
    version,
  );
  return watch.time('push', () => pushIndex(context, planIndex(children, annotations)));
}

function versionOf(raw: RawManifest): string | undefined {
  return (JSON.parse(Buffer.from(raw.bytes).toString('utf8')) as ImageIndex).annotations?.[VERSION_ANNOTATION];
}
