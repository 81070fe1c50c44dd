import type { Image } from '../config/build-config';
import { heldVersion } from '../config/held-version';
import { HephyError } from '../errors/hephy-error';
import type { Digest } from '../oci/digest';
import { isNewer } from '../plan/index-order';
import { planPublicTags } from '../plan/plan-index';
import { lastTag } from '../plan/tags';
import { asOwn, readPublished, type Published } from './published';
import type { RunContext } from './run-context';

/** How the public tags of an image stand before a run publishes. */
export interface Survey {
  /** What the newest of them names; undefined: nothing was published, or this run moves no tag. */
  readonly newest: Published | undefined;
  /** What `last-{image}` and each public tag name, but for the version's. */
  readonly tags: ReadonlyMap<string, Digest | undefined>;
  /** What the config holds the moving tags at. */
  readonly held: Published | undefined;
}

/**
 * Asks for `last-{image}` and for the digest of each other tag, all at once; and for the index that a moving tag names only where it is another one.
 * @throws HephyError VERSION_MISSING where the config holds a version that is not there
 */
export async function surveyTags(context: RunContext, image: Image): Promise<Survey> {
  const { facts, registry } = context;
  const [last, held, tags] = await Promise.all([
    context.last(image.name),
    findHeld(context, image),
    Promise.all(
      planPublicTags(image, facts).map(async ({ tag, moving }) => {
        return { tag, moving, digest: await registry.headManifest({ ...facts.repository, tag }) };
      }),
    ),
  ]);
  const known = new Set([last?.digest, last?.rollback?.to.digest, held?.digest]);
  const others = new Set(tags.flatMap(({ moving, digest }) => (moving && !known.has(digest) ? (digest ?? []) : [])));
  const indexes = await Promise.all([...others].map((digest) => readIndexAt(context, digest)));
  return {
    newest: newestOf([last, ...indexes].flatMap((one) => (one === undefined ? [] : asOwn(one, facts, image.name)))),
    tags: new Map([
      [lastTag(facts, image.name), last?.digest],
      ...tags.map(({ tag, digest }) => [tag, digest] as const),
    ]),
    held,
  };
}

/** Of a run that moves no tag: it may use what was published last. */
export async function surveyLast(context: RunContext, image: Image): Promise<Survey> {
  const trusted = context.facts.scope === undefined;
  return { newest: trusted ? await context.last(image.name) : undefined, tags: new Map(), held: undefined };
}

function newestOf(indexes: readonly Published[]): Published | undefined {
  const now = Date.now();
  return indexes.reduce<Published | undefined>(
    (newest, one) => (newest === undefined || isNewer(one, newest, now) ? one : newest),
    undefined,
  );
}

/** undefined: it is not there any more, or is no index. */
async function readIndexAt({ registry, facts }: RunContext, digest: Digest): Promise<Published | undefined> {
  const raw = await registry.getManifest({ ...facts.repository, digest });
  return raw === undefined ? undefined : readPublished(raw);
}

/** What an untrusted run tags is its own, so nothing is held there. */
async function findHeld(context: RunContext, image: Image): Promise<Published | undefined> {
  const { facts, registry } = context;
  const hold = facts.scope === undefined ? heldVersion(image) : undefined;
  if (hold === undefined) return undefined;
  const raw = await registry.getManifest({ ...facts.repository, tag: hold.version });
  const held = raw === undefined ? undefined : readPublished(raw);
  if (held !== undefined) return held;
  throw new HephyError(
    'VERSION_MISSING',
    raw === undefined
      ? `the moving tags of ${image.name} are held at ${hold.version}, which is not in the registry`
      : `the moving tags of ${image.name} are held at ${hold.version}, which names ${raw.mediaType} and no index`,
    {
      where: hold.where,
      hint: 'No tag was moved. Hold a version that is there, or remove the line: then the tags follow the newest index again.',
    },
  );
}
