import type { Digest } from '../oci/digest';
import type { ImageIndex } from '../oci/manifest';
import type { Description } from '../plan/description';
import { parseDescription } from '../plan/description-text';
import { CREATED_ANNOTATION, INPUTS_ANNOTATION, VERSION_ANNOTATION } from '../plan/plan-index';
import { readRollbackMark, type RollbackMark } from '../plan/rollback-mark';
import type { RunFacts } from '../plan/run-facts';
import { isVersionTag, lastTag } from '../plan/tags';
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
  /** Of `last-{image}` after a rollback; undefined: there was none since. */
  readonly rollback?: RollbackMark | undefined;
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

/** The index as one of the image's: what is no index of a run of hephy has no version and no order, whatever it says. */
export function asOwn(published: Published, facts: Pick<RunFacts, 'scope'>, image: string): Published {
  const { version } = published;
  if (version !== undefined && isVersionTag(facts, image, version)) return published;
  return { ...published, version: undefined, created: undefined, rollback: undefined };
}

/** undefined: it is no index. */
export function readPublished(raw: RawManifest): Published | undefined {
  const index = readIndex(raw.bytes);
  if (index === undefined) return undefined;
  // Others may have written anything.
  const annotations: Readonly<Record<string, unknown>> = index.annotations ?? {};
  const text = (name: string): string | undefined => {
    const value = annotations[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    raw,
    digest: raw.digest,
    index,
    version: text(VERSION_ANNOTATION),
    created: text(CREATED_ANNOTATION),
    description: parseDescription(text(INPUTS_ANNOTATION)),
    rollback: readRollbackMark(annotations),
  };
}
