import type { PlannedImage } from '../../ci/pipeline-plan';
import type { ResultError } from '../../report/result';

/** What they are FROM first; otherwise as they are. */
export function inOrder(names: readonly string[], parentsOf: (name: string) => readonly string[]): readonly string[] {
  const wanted = new Set(names);
  const order = new Set<string>();
  const add = (name: string): void => {
    if (order.has(name) || !wanted.has(name)) return;
    for (const parent of parentsOf(name)) add(parent);
    order.add(name);
  };
  names.forEach(add);
  return [...order];
}

/** What is wrong with a context is found after those FROM the image were looked at. */
export function withFailedParents(images: readonly PlannedImage[]): readonly PlannedImage[] {
  const failed = new Set<string>();
  return images.map((image) => {
    const parent = image.builds.flatMap(({ pending }) => pending).find((base) => failed.has(base.image))?.image;
    const found = parent === undefined ? image : { ...image, context: undefined, builds: [], failed: skipped(parent) };
    if (found.failed !== undefined) failed.add(image.image);
    return found;
  });
}

function skipped(parent: string): ResultError {
  return {
    code: 'PARENT_NOT_BUILT',
    message: `skipped, because its base ${parent} cannot be built`,
    hint: `See what is said of ${parent}.`,
    output: [],
  };
}
