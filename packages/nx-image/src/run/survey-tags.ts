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
 * @throws HephyError VERSION_MISSING, INDEX_WRONG where the config holds a version that is not there, or whose tag names something else
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
  const last = context.facts.scope === undefined ? await context.last(image.name) : undefined;
  const newest = last === undefined ? undefined : asOwn(last, context.facts, image.name);
  return { newest, tags: new Map(), held: undefined };
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
  if (held?.version === hold.version) return held;
  const text = `the moving tags of ${image.name} are held at ${hold.version}`;
  const [code, why] =
    raw === undefined
      ? (['VERSION_MISSING', 'is not in the registry'] as const)
      : (['INDEX_WRONG', `names what does not call itself so: ${raw.digest}`] as const);
  throw new HephyError(code, `${text}, which ${why}`, {
    where: hold.where,
    hint: 'No tag of this index has moved. Hold a version that is there, or remove the line: then the tags follow the newest index again.',
  });
}
