import { HephyError } from '../errors/hephy-error';
import type { RunFacts } from '../plan/run-facts';
import { writableInputTag } from '../plan/tags';
import { refusesToReplace, tryTags } from '../registry/publish/try-tags';
import type { RawManifest, RegistryClient } from '../registry/registry';
import type { RunContext } from './run-context';
import { writeTag } from './write-tags';

/** Named as those that are to be replaced are: registries exempt tags from immutability by their names. */
const TRIED_KEY = '0'.repeat(64);

/**
 * Whether `in-` tags can be replaced, really tried with one that names nothing that was built. What the registry gives no clear answer to is found out later.
 * @throws HephyError TAG_IMMUTABLE, and those of the registry
 */
export async function requireReplaceable(registry: RegistryClient, facts: RunFacts): Promise<void> {
  if (facts.local) return;
  const tag = writableInputTag(facts, TRIED_KEY);
  const tried = await tryTags(registry, facts.repository, tag);
  if (tried.kind === 'immutable') throw immutable(tag, tried.why);
}

/**
 * Looks, before anything is built, whether the `in-` tag of a key can be written afterwards.
 * @throws HephyError TAG_IMMUTABLE
 */
export async function requireFree(context: RunContext, key: string): Promise<void> {
  const { registry, facts } = context;
  const there = await registry.headManifest({ ...facts.repository, tag: writableInputTag(facts, key) });
  if (there !== undefined) await context.requireReplaceable();
}

/**
 * Puts the manifest under the tag, whatever it named before. One that names it already is left alone: some registries refuse to be told twice.
 * @throws HephyError TAG_IMMUTABLE, and as `writeTag`
 */
export async function replaceTag(
  registry: RegistryClient,
  { repository }: Pick<RunFacts, 'repository'>,
  tag: string,
  raw: RawManifest,
): Promise<void> {
  if ((await registry.headManifest({ ...repository, tag })) === raw.digest) return;
  try {
    await writeTag(registry, repository, tag, raw);
  } catch (error) {
    throw refusesToReplace(error) ? immutable(tag, error.message) : error;
  }
}

/** @param why the registry's words */
function immutable(tag: string, why: string): HephyError {
  return new HephyError('TAG_IMMUTABLE', `the registry lets no \`in-\` tag be replaced, as ${tag}: ${why}`, {
    hint: 'Exempt `in-*` from immutability in the repository’s settings (ECR: IMMUTABLE_WITH_EXCLUSION), or raise `epoch` in build-config.yaml instead. No tag of the image’s index has moved.',
  });
}
