import type { Image } from '../../config/build-config';
import { claimedTags } from '../../config/claimed-tags';
import { isDescribed, shortOf } from '../../plan/description';
import type { ImageProjects } from '../../plan/drift-run';
import type { Dependent } from '../../report/rollback';
import type { Published } from '../published';
import type { RunContext } from '../run-context';

/** Images that are FROM the image, directly or through others, and on which version of it those stand that are so directly. */
export async function findDependents(
  context: RunContext,
  image: Image,
  images: readonly Image[],
  projects: ImageProjects,
  versions: { readonly to: Published; readonly newest: Published | undefined },
): Promise<readonly Dependent[]> {
  const found = new Set([projects.nameOf(image.root)]);
  // What is added while it is walked is walked too.
  for (const project of found) for (const dependent of projects.dependents(project)) found.add(dependent);
  const others = images.filter((one) => one.name !== image.name && found.has(projects.nameOf(one.root)));
  const bases = new Set([image, ...others].flatMap(claimedTags));
  const dependents = await Promise.all(
    others.map(async (one) => {
      const last = await context.last(one.name);
      return standing(one, last, new Set(claimedTags(image)), bases, versions);
    }),
  );
  return dependents.filter((one) => one !== undefined);
}

/** undefined: what it was made of says that it is FROM none of them, as a variant may. */
function standing(
  { name }: Image,
  last: Published | undefined,
  direct: ReadonlySet<string>,
  any: ReadonlySet<string>,
  { to, newest }: { readonly to: Published; readonly newest: Published | undefined },
): Dependent | undefined {
  const version = last?.version === undefined ? {} : { version: last.version };
  const platforms = Object.values(last?.description?.platforms ?? {});
  if (platforms.length === 0 || !platforms.every(isDescribed))
    return { image: name, ...version, standsOn: 'not known' };
  const bases = platforms.flatMap((one) => one.bases);
  const own = bases.filter((base) => direct.has(base.name)).map(({ child }) => child);
  if (own.length === 0)
    return bases.some((base) => any.has(base.name)) ? { image: name, ...version, standsOn: 'through' } : undefined;
  const standsOn = isIn(own, to) ? 'there' : newest !== undefined && isIn(own, newest) ? 'newer' : 'other';
  return { image: name, ...version, standsOn };
}

function isIn(children: readonly string[], { index }: Published): boolean {
  const known = index.manifests.map(({ digest }) => shortOf(digest));
  return children.every((child) => known.includes(child));
}
