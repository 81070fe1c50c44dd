import type { Image } from '../../config/build-config';
import { heldVersion } from '../../config/held-version';
import { isVersionOf } from '../../config/version-form';
import type { Digest } from '../../oci/digest';
import { archName, formatPlatform } from '../../oci/platform';
import { planPublicTags } from '../../plan/plan-index';
import { lastTag, readableInputTags } from '../../plan/tags';
import type { RawManifest } from '../../registry/registry';
import type { VerifiedImage } from '../../report/verification';
import { readPublished, type Published } from '../published';
import type { RawFinding } from './raw-finding';
import type { RegistryShelf } from './registry-shelf';

export interface VerifiedTags {
  readonly image: VerifiedImage;
  readonly findings: readonly RawFinding[];
  /** Indexes that tags of the image name, each with one of its tags. */
  readonly indexes: readonly NamedIndex[];
}

export interface NamedIndex {
  readonly tag: string;
  /** What mends it where something of it is wrong. */
  readonly by: RawFinding['by'];
  readonly index: Published;
}

/** What merge requests write is theirs. */
const TRUSTED = { scope: undefined };

/** How many versions a finding names. */
const NAMED = 3;

/** What is looked at, and what came of it so far. */
interface Look {
  readonly image: Image;
  readonly shelf: RegistryShelf;
  readonly findings: RawFinding[];
  readonly indexes: Map<Digest, NamedIndex>;
  /** Platforms whose certificates cannot be named. */
  readonly notKnown: string[];
}

const TITLE = 'org.opencontainers.image.title';

/** Every tag that hephy claims for the image, and what it is to name. */
export async function verifyTags(image: Image, shelf: RegistryShelf): Promise<VerifiedTags> {
  const look: Look = { image, shelf, findings: [], indexes: new Map(), notKnown: [] };
  const own = lastTag(TRUSTED, image.name);
  const publicTags = planPublicTags(image, TRUSTED);
  const [lastRaw, ...named] = await Promise.all([shelf.tag(own), ...publicTags.map(({ tag }) => shelf.tag(tag))]);
  const none = lastRaw === undefined && named.every((raw) => raw === undefined);
  const versions = none ? (await shelf.allTags()).filter((tag) => isVersionOf(image.name, tag)).sort() : [];
  if (none && versions.length === 0) {
    return { image: { image: image.name, published: false }, findings: [], indexes: [] };
  }
  const last = takeIndex(look, own, lastRaw, 'run', versions.slice(-NAMED).reverse());
  const version = last?.rollback?.from.version ?? last?.version;
  if (last !== undefined && version !== undefined) await verifyVersion(look, last, version);

  const hold = heldVersion(image)?.version;
  const held = hold === undefined ? undefined : takeIndex(look, hold, await shelf.tag(hold), 'hold');
  const right = held === undefined ? [last, last?.rollback?.from, last?.rollback?.to] : [held];
  for (const [place, { tag, moving }] of publicTags.entries()) {
    const index = takeIndex(look, tag, named[place], moving ? 'run' : 'delete');
    if (index === undefined || !moving || right.some((one) => one?.digest === index.digest)) continue;
    // Without `last-` nobody knows where it is to be, and that has been said.
    const expected = (held ?? last)?.digest;
    if (expected !== undefined) look.findings.push(elsewhere(look.image, tag, expected, index, 'run'));
  }
  const heldAt = hold ?? last?.rollback?.to.version;
  return {
    image: {
      ...{ image: image.name, published: true },
      ...(version === undefined ? {} : { versionTag: version }),
      ...(heldAt === undefined ? {} : { heldAt }),
      ...(look.notKnown.length === 0 ? {} : { notKnown: look.notKnown }),
    },
    findings: look.findings,
    indexes: [...look.indexes.values()],
  };
}

/** The index under the tag; undefined where there is none of the image, which is a finding then. `foreign`: what mends a tag that names something else: fixed ones no run overwrites. `versions`: newest first, that are there though the tag is not. */
function takeIndex(
  { image, findings, indexes }: Look,
  tag: string,
  raw: RawManifest | undefined,
  foreign: RawFinding['by'],
  versions: readonly string[] = [],
): Published | undefined {
  if (raw === undefined) {
    const message = versions.length === 0 ? {} : { message: `versions of it are there: ${versions.join(', ')}` };
    findings.push({ problem: 'tag-missing', image, tag, by: foreign === 'hold' ? foreign : 'run', ...message });
    return undefined;
  }
  const index = readPublished(raw);
  if (index?.index.annotations?.[TITLE] !== image.name) {
    findings.push({ problem: 'tag-foreign', image, tag, actual: raw.digest, by: foreign });
    return undefined;
  }
  if (!indexes.has(index.digest))
    indexes.set(index.digest, { tag, index, by: foreign === 'run' ? 'rebuild' : foreign });
  return index;
}

/** The version's tag, `{version}-{arch}` of each platform, and the certificates that reuse trusts. */
async function verifyVersion(
  look: Look,
  { index, digest, rollback, description }: Published,
  version: string,
): Promise<void> {
  const children = index.manifests.flatMap((child) => {
    const { platform } = child;
    return platform === undefined
      ? []
      : [{ name: formatPlatform(platform), arch: archName(platform), child: child.digest }];
  });
  await Promise.all([
    expectAt(look, [version], rollback?.from.digest ?? digest, 'delete'),
    ...children.map(({ arch, child, name }) => expectAt(look, [`${version}-${arch}`], child, 'delete', name)),
    ...children.map(async ({ name, child }) => {
      const key = description?.platforms[name]?.key;
      // Without reuse any build moves it, published or not, and nothing trusts it.
      if (!look.image.config.reuse) return;
      if (key === undefined) look.notKnown.push(name);
      else await expectAt(look, readableInputTags(TRUSTED, key), child, 'run', name);
    }),
  ]);
}

/** The first of the tags that is there names the digest. */
async function expectAt(
  { image, shelf, findings }: Look,
  tags: readonly string[],
  expected: Digest,
  by: RawFinding['by'],
  platform?: string,
): Promise<void> {
  const of = platform === undefined ? {} : { platform };
  for (const tag of tags) {
    const raw = await shelf.tag(tag);
    if (raw === undefined) continue;
    if (raw.digest !== expected) findings.push({ ...elsewhere(image, tag, expected, raw, by), ...of });
    return;
  }
  const [tag = ''] = tags.slice(-1);
  findings.push({ problem: 'tag-missing', image, tag, expected, by: 'run', ...of });
}

function elsewhere(
  image: Image,
  tag: string,
  expected: Digest,
  actual: { readonly digest: Digest; readonly version?: string | undefined },
  by: RawFinding['by'],
): RawFinding {
  const { digest, version } = actual;
  return {
    ...{ problem: 'tag-elsewhere', image, tag, expected, actual: digest, by },
    ...(version === undefined ? {} : { actualVersion: version }),
  };
}
