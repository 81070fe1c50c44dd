import type { Image } from '../config/build-config';
import type { ImageCatalog } from './run-context';

export interface CatalogSource {
  /** Roots of all image directories. */
  readonly roots: readonly string[];
  /** Roots of the image directories that the one at `root` depends on. */
  readonly parentsOf: (root: string) => readonly string[];
  /** @throws HephyErrors */
  readonly load: (root: string) => Image;
}

/** Reads a config when it is first asked for: a run of a few images reads theirs and their parents', not two thousand. */
export function imageCatalog(source: CatalogSource): ImageCatalog {
  const tags = new Map<string, ReadonlyMap<string, Image>>();
  const ownTags = (root: string): ReadonlyMap<string, Image> => {
    const known = tags.get(root);
    if (known !== undefined) return known;
    const parents = source.parentsOf(root).map((parent) => source.load(parent));
    const table = new Map(
      parents.flatMap((parent) =>
        parent.config.additionalTags.map((tag) => [`${parent.name}-${tag.name}`, parent] as const),
      ),
    );
    tags.set(root, table);
    return table;
  };
  return { roots: source.roots, image: source.load, ownerOf: (of, own) => ownTags(of.root).get(own) };
}
