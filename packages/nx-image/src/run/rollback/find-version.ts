import type { Image } from '../../config/build-config';
import { isVersionOf } from '../../config/version-form';
import { HephyError } from '../../errors/hephy-error';
import { openShelf } from '../incidents/registry-shelf';
import { verifyIndex } from '../incidents/verify-index';
import { readPublished, type Published } from '../published';
import type { RunContext } from '../run-context';

/** How many versions that are there a hint names. */
const NAMED = 5;

/**
 * The index of a version, by its tag with or without the image's name: there, of at least one platform, with every manifest, config and blob of its platforms.
 * @throws HephyError OPTIONS_INVALID, VERSION_MISSING, INDEX_WRONG, IMAGE_INCOMPLETE
 */
export async function findVersion(
  context: RunContext,
  image: Image,
  asked: string,
): Promise<Published & { readonly version: string }> {
  const { facts, registry } = context;
  const version = [asked, `${image.name}-${asked}`].find((one) => isVersionOf(image.name, one));
  if (version === undefined) {
    throw new HephyError('OPTIONS_INVALID', `${JSON.stringify(asked)} is no version tag of ${image.name}`, {
      hint: `Write it as \`${image.name}-20261120-1a2b3c4\`, or without the name. ${await versionsThere(context, image)}`,
    });
  }
  const raw = await registry.getManifest({ ...facts.repository, tag: version });
  if (raw === undefined) {
    throw new HephyError('VERSION_MISSING', `${version} is not in the registry`, {
      hint: `No tag was moved. ${await versionsThere(context, image)}`,
    });
  }
  const index = readPublished(raw);
  if (index?.version !== version) {
    throw new HephyError('INDEX_WRONG', `${version} names what does not call itself so: ${raw.digest}`, {
      hint: 'Somebody else wrote that tag. No tag was moved; choose another version.',
    });
  }
  if (!index.index.manifests.some(({ platform }) => platform !== undefined)) {
    throw new HephyError('INDEX_WRONG', `${version} names an index of no platform: ${raw.digest}`, {
      hint: 'No tag was moved. Choose another version.',
    });
  }
  const [finding] = await verifyIndex(image, { tag: version, by: 'run', index }, openShelf(context, { deep: false }));
  if (finding === undefined) return { ...index, version };
  const of = [finding.platform, finding.blob, finding.digest].filter((part) => part !== undefined).join(' ');
  throw new HephyError('IMAGE_INCOMPLETE', `${version} is not whole: ${finding.problem} (${of})`, {
    hint: 'No tag was moved. Choose another version.',
  });
}

async function versionsThere({ registry, facts }: RunContext, image: Image): Promise<string> {
  const tags = (await registry.listTags(facts.repository)) ?? [];
  const versions = tags.filter((tag) => isVersionOf(image.name, tag)).sort();
  if (versions.length === 0) return `There is no version of ${image.name} at all.`;
  return `The last that are there: ${versions.slice(-NAMED).reverse().join(', ')}.`;
}
