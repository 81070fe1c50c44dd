import type { Image } from '../../config/build-config';
import type { Verification } from '../../report/verification';
import type { RunContext } from '../run-context';
import { joinFindings } from './raw-finding';
import { openShelf, type ShelfOptions } from './registry-shelf';
import { verifyIndex } from './verify-index';
import { verifyTags } from './verify-tags';

/**
 * Whether every tag, index, manifest and blob that hephy claims for the images is there and right: what trusted runs publish, whoever asks.
 * @throws HephyError of the registry, where it cannot be found out
 */
export async function verifyImages(
  context: Pick<RunContext, 'registry' | 'facts' | 'signal'>,
  images: readonly Image[],
  options: ShelfOptions,
): Promise<Verification> {
  const shelf = openShelf(context, options);
  const verified = await Promise.all(
    images.map(async (image) => {
      const tags = await verifyTags(image, shelf);
      const found = await Promise.all(tags.indexes.map((index) => verifyIndex(image, index, shelf)));
      return { image: tags.image, findings: [...tags.findings, ...found.flat()], indexes: tags.indexes.length };
    }),
  );
  return {
    ...{ version: 1, deep: options.deep },
    images: verified.map(({ image }) => image),
    findings: joinFindings(verified.flatMap(({ findings }) => findings)),
    checked: { ...shelf.counts, indexes: verified.reduce((sum, { indexes }) => sum + indexes, 0) },
  };
}
