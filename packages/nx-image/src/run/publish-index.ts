import type { Image } from '../config/build-config';
import type { Digest } from '../oci/digest';
import { isLaterThan } from '../plan/index-order';
import { movesTags } from '../plan/run-facts';
import { isVersionTag, lastTag, versionTag } from '../plan/tags';
import { newPlatformsText, reasonText } from '../report/reason-text';
import type { ManifestResult } from '../report/result';
import { findIndex } from './find-index';
import { makeIndex, type MadeIndex } from './make-index';
import type { Published } from './published';
import { platformsOf, requireChildren } from './require-children';
import type { Built } from './require-results';
import { wholeOnce } from './require-whole';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';
import { surveyLast, surveyTags } from './survey-tags';
import { takeStep } from './take-step';
import { verifyImage } from './verify-target';
import { writePublicTags } from './write-public-tags';

/**
 * The index over exactly the configured platforms: the one that was published last, or answered from the registry where it was made of the same children
 * before, else pushed without a tag, read back and verified; then the user's own `verify`; then its tags. Never rejects: what went wrong is in the result.
 */
export async function publishImage(context: RunContext, image: Image): Promise<ManifestResult> {
  const written = new Map<string, Digest>();
  return takeStep(
    context,
    image,
    'manifest',
    (watch) => publish(context, image, watch, written),
    ({ error }) => ({ reason: error.message, platforms: [], tags: tagsIn(context, image, written), notes: [] }),
  );
}

type Done = Omit<ManifestResult, 'version' | 'step' | 'run' | 'image' | 'started' | 'seconds'>;

/** Of hephy's own tag results say nothing. */
function tagsIn({ facts }: RunContext, image: Image, written: ReadonlyMap<string, Digest>): ManifestResult['tags'] {
  const own = lastTag(facts, image.name);
  return [...written].flatMap(([tag, digest]) => (tag === own ? [] : { tag, state: 'written', digest }));
}

async function publish(
  context: RunContext,
  image: Image,
  watch: Stopwatch,
  written: Map<string, Digest>,
): Promise<Done> {
  const { facts } = context;
  const { builds, children, source } = requireChildren(context, image);
  const survey = await watch.time('registry', () => (movesTags(facts) ? surveyTags : surveyLast)(context, image));
  const { newest } = survey;
  const later = movesTags(facts) && newest !== undefined && isLaterThan(newest, facts.started, Date.now());
  const found = await watch.time('registry', () => findIndex(context, image, children, source, survey, later));
  const after = later || !movesTags(facts) ? undefined : newest;
  const made =
    found.index === undefined
      ? await makeIndex(context, { image, builds, children, key: found.key, after }, watch)
      : undefined;
  const index = found.index ?? made?.index;
  if (index === undefined) throw new Error('no index was made');
  const version = versionOf(context, image, index);
  const late = later && newest.digest !== index.digest;
  const whole = wholeOnce(context, made?.publisher === undefined ? [] : [index.digest]);
  const onWritten = (tag: string, digest: Digest): unknown => written.set(tag, digest);
  const verified = movesTags(facts) && (await verifyImage(context, image, index, survey, watch));
  const fresh = made === undefined && !verified;
  const { tags, notes } = await watch.time('publish', () =>
    writePublicTags(context, image, { version, index, survey, late, fresh, whole, onWritten }),
  );
  return {
    ...reasonOf(made, version, builds),
    digest: index.digest,
    versionTag: version,
    platforms: platformsOf(builds),
    tags: [...tags],
    notes: [...(made?.notes ?? []), ...notes],
  };
}

function reasonOf(
  made: MadeIndex | undefined,
  version: string,
  builds: readonly Built[],
): Pick<Done, 'outcome' | 'reason' | 'publisher'> {
  if (made === undefined) return { outcome: 'reused', reason: reasonText({ kind: 'reuse', since: version }) };
  if (made.publisher === undefined) return { outcome: 'reused', reason: 'another run made the same index meanwhile' };
  return { outcome: 'built', reason: newPlatformsText(builds), publisher: made.publisher };
}

/** Whoever can write to the registry can write annotations: what is no version of this image is not written as a tag. */
function versionOf({ facts }: RunContext, image: Image, { version }: Published): string {
  return version !== undefined && isVersionTag(facts, image.name, version) ? version : versionTag(facts, image.name);
}
