import { HephyError } from '../errors/hephy-error';
import type { Platform } from '../oci/platform';
import type { Repository } from '../oci/reference';
import type { IndexChild } from '../plan/plan-index';
import type { RunFacts } from '../plan/run-facts';
import { archTag, versionTag } from '../plan/tags';
import { refusesToReplace } from '../registry/publish/try-tags';
import type { RawManifest, RegistryClient } from '../registry/registry';

/** More indexes of one commit on one day than anybody makes: a stop for what would go on for ever. */
const MAX_ATTEMPTS = 99;

/**
 * Puts the manifest's bytes under the tag and holds the registry to its answer.
 * @throws HephyError IMAGE_DIGEST_WRONG
 */
export async function writeTag(
  registry: RegistryClient,
  repository: Repository,
  tag: string,
  raw: RawManifest,
): Promise<void> {
  const confirmed = await registry.putManifest({ ...repository, tag }, raw.mediaType, raw.bytes);
  if (confirmed === raw.digest) return;
  throw new HephyError(
    'IMAGE_DIGEST_WRONG',
    `the registry has ${confirmed} under ${tag}, where ${raw.digest} was put`,
    {
      hint: 'Nothing may rewrite manifests between hephy and the registry: look for a proxy that does.',
    },
  );
}

/** As `writeTag`, for a tag that may be elsewhere already. @throws HephyError TAG_IMMUTABLE */
export async function moveTag(
  registry: RegistryClient,
  repository: Repository,
  tag: string,
  raw: RawManifest,
): Promise<void> {
  try {
    await writeTag(registry, repository, tag, raw);
  } catch (error) {
    if (!refusesToReplace(error)) throw error;
    throw new HephyError('TAG_IMMUTABLE', `${tag} has to move, and the registry does not let it: ${error.message}`, {
      hint: 'Exempt `last-*`, `*-latest` and other tags that move from immutability in the repository’s settings (ECR: IMMUTABLE_WITH_EXCLUSION). The next run moves them.',
      cause: error,
    });
  }
}

/** `{image}-{YYYYMMDD}-{sha7}-{arch}`, written once; taken by another digest it becomes `…-2-{arch}`. Answers the tag. */
export async function writeArchTag(
  registry: RegistryClient,
  facts: RunFacts,
  image: string,
  platform: Platform,
  raw: RawManifest,
): Promise<string> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const tag = archTag(facts, image, platform, attempt);
    const there = facts.scope === undefined ? await registry.headManifest({ ...facts.repository, tag }) : undefined;
    if (there === undefined) await writeTag(registry, facts.repository, tag, raw);
    if (there === undefined || there === raw.digest) return tag;
  }
  throw tooMany(image);
}

/**
 * The first version tag of this commit and day that nothing has, and whose platforms' tags name nothing else than these children: an earlier attempt may have
 * written them and no index. A scope's tags move, so there it is the first.
 */
export async function freeVersionTag(
  registry: RegistryClient,
  facts: RunFacts,
  image: string,
  children: readonly Pick<IndexChild, 'platform' | 'digest'>[],
): Promise<string> {
  const digestAt = (tag: string) => registry.headManifest({ ...facts.repository, tag });
  const isFree = async (attempt: number): Promise<boolean> => {
    if ((await digestAt(versionTag(facts, image, attempt))) !== undefined) return false;
    const others = await Promise.all(
      children.map(async ({ platform, digest }) => {
        const there = await digestAt(archTag(facts, image, platform, attempt));
        return there !== undefined && there !== digest;
      }),
    );
    return !others.includes(true);
  };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (facts.scope !== undefined || (await isFree(attempt))) return versionTag(facts, image, attempt);
  }
  throw tooMany(image);
}

function tooMany(image: string): HephyError {
  return new HephyError(
    'REGISTRY_ERROR',
    `${MAX_ATTEMPTS} versions of ${image} of this day and commit are there already`,
    {
      hint: 'Commit, so that the next version has a name of its own.',
    },
  );
}
