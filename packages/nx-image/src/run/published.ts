import type { Digest } from '../oci/digest';
import type { ImageIndex } from '../oci/manifest';
import type { Description } from '../plan/description';
import { parseDescription } from '../plan/description-text';
import { CREATED_ANNOTATION, INPUTS_ANNOTATION, VERSION_ANNOTATION } from '../plan/plan-index';
import type { RunFacts } from '../plan/run-facts';
import { lastTag } from '../plan/tags';
import type { RawManifest, RegistryClient } from '../registry/registry';
import { readIndex } from './checks/read-manifest';

/** A published index, and what it says of itself. */
export interface Published {
  readonly raw: RawManifest;
  readonly digest: Digest;
  readonly index: ImageIndex;
  /** `{image}-{YYYYMMDD}-{sha7}`. */
  readonly version: string | undefined;
  /** When the run began that made it, ISO 8601 UTC: indexes of an image are ordered by it. */
  readonly created: string | undefined;
  /** undefined: it has none that can be read. */
  readonly description: Description | undefined;
}

/** What `last-{image}` names: the index of the last run that published the image. undefined: none did, or what it names is no index. */
export async function readLast(
  registry: Pick<RegistryClient, 'getManifest'>,
  facts: Pick<RunFacts, 'repository' | 'scope'>,
  image: string,
): Promise<Published | undefined> {
  const raw = await registry.getManifest({ ...facts.repository, tag: lastTag(facts, image) });
  return raw === undefined ? undefined : readPublished(raw);
}

/** undefined: it is no index. */
export function readPublished(raw: RawManifest): Published | undefined {
  const index = readIndex(raw.bytes);
  if (index === undefined) return undefined;
  const annotations = index.annotations ?? {};
  return {
    raw,
    digest: raw.digest,
    index,
    version: annotations[VERSION_ANNOTATION],
    created: annotations[CREATED_ANNOTATION],
    description: parseDescription(annotations[INPUTS_ANNOTATION]),
  };
}
