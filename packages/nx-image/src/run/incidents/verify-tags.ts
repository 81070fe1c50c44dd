import type { Image } from '../../config/build-config';
import { heldVersion } from '../../config/held-version';
import type { Digest } from '../../oci/digest';
import { archName, formatPlatform } from '../../oci/platform';
import { planPublicTags } from '../../plan/plan-index';
import type { RunFacts } from '../../plan/run-facts';
import { lastTag, readableInputTags } from '../../plan/tags';
import type { RawManifest } from '../../registry/registry';
import type { VerifiedImage } from '../../report/verification';
import { readPublished, type Published } from '../published';
import { platformOf } from './platform-of';
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

type Facts = Pick<RunFacts, 'scope'>;

/** What is looked at, and what came of it so far. */
interface Look {
  readonly image: Image;
  readonly facts: Facts;
  readonly shelf: RegistryShelf;
  readonly findings: RawFinding[];
  readonly indexes: Map<Digest, NamedIndex>;
}

const TITLE = 'org.opencontainers.image.title';

/** Every tag that hephy claims for the image, and what it is to name. */
export async function verifyTags(facts: Facts, image: Image, shelf: RegistryShelf): Promise<VerifiedTags> {
  const look: Look = { image, facts, shelf, findings: [], indexes: new Map() };
  const own = lastTag(facts, image.name);
  const publicTags = planPublicTags(image, facts);
  const [lastRaw, ...named] = await Promise.all([shelf.tag(own), ...publicTags.map(({ tag }) => shelf.tag(tag))]);
  if (lastRaw === undefined && named.every((raw) => raw === undefined)) {
    return { image: { image: image.name, published: false }, findings: [], indexes: [] };
  }
  const last = takeIndex(look, own, lastRaw, 'run');
  const version = last?.rollback?.from.version ?? last?.version;
  if (last !== undefined && version !== undefined) await verifyVersion(look, last, version);

  const hold = facts.scope === undefined ? heldVersion(image)?.version : undefined;
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
    },
    findings: look.findings,
    indexes: [...look.indexes.values()],
  };
}

/** The index under the tag; undefined where there is none of the image, which is a finding then. `foreign`: what mends a tag that names something else: fixed ones no run overwrites. */
function takeIndex(
  { image, findings, indexes }: Look,
  tag: string,
  raw: RawManifest | undefined,
  foreign: RawFinding['by'],
): Published | undefined {
  if (raw === undefined) {
    findings.push({ problem: 'tag-missing', image, tag, by: foreign === 'hold' ? foreign : 'run' });
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
  const { facts } = look;
  const children = index.manifests.flatMap((child) => {
    const platform = platformOf(child);
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
      if (key !== undefined && look.image.config.reuse)
        await expectAt(look, readableInputTags(facts, key), child, 'run', name);
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
