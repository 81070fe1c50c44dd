import type { Image } from '../config/build-config';
import { tagOwners } from '../config/claimed-tags';
import { nearest } from '../config/nearest';
import { HephyError } from '../errors/hephy-error';
import type { ImageCatalog, NxTarget } from './run-context';

export interface CatalogSource {
  /** Roots of all image directories. */
  readonly roots: readonly string[];
  /** Roots of the image directories that the one at `root` depends on. */
  readonly parentsOf: (root: string) => readonly string[];
  /** @throws HephyErrors */
  readonly load: (root: string) => readonly [Image, ...Image[]];
  readonly verifyTarget: (image: Image) => NxTarget | undefined;
}

/** Reads a config when it is first asked for, and once: a run of a few images reads theirs and their parents', not two thousand. */
export function imageCatalog(source: CatalogSource): ImageCatalog {
  const loaded = new Map<string, readonly [Image, ...Image[]]>();
  const load = (root: string): readonly [Image, ...Image[]] => {
    const images = loaded.get(root) ?? source.load(root);
    loaded.set(root, images);
    return images;
  };
  const tags = new Map<string, ReadonlyMap<string, Image>>();
  const tagsFor = (root: string): ReadonlyMap<string, Image> => {
    const known = tags.get(root);
    if (known !== undefined) return known;
    const table = tagOwners([root, ...source.parentsOf(root)].flatMap(load));
    tags.set(root, table);
    return table;
  };
  return {
    roots: source.roots,
    verifyTarget: source.verifyTarget,
    images: load,
    image: (root, variant) => find(load(root), variant),
    ownerOf: (of, own) => {
      const owner = tagsFor(of.root).get(own);
      return owner?.name === of.name ? undefined : owner;
    },
  };
}

function find(images: readonly [Image, ...Image[]], variant: string | undefined): Image {
  const [first] = images;
  const found = images.find((image) => image.variant === variant);
  if (found !== undefined) return found;
  const names = images.flatMap((image) => image.variant ?? []);
  const near = nearest(variant ?? '', names);
  throw new HephyError('OPTIONS_INVALID', `${first.project} has no variant ${JSON.stringify(variant)}`, {
    where: { file: first.configFile },
    hint:
      near !== undefined
        ? `Did you mean ${near}?`
        : names.length === 0
          ? 'It has none at all.'
          : `It has ${names.join(', ')}.`,
  });
}
