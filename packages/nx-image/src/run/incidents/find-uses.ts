import { isDescribed, shortOf, type BaseDescription } from '../../plan/description';
import type { PathStep, Use } from '../../report/where-used';
import type { Question } from './read-question';
import type { PublishedVersion } from './read-versions';

export interface FoundUses {
  /** In the order of the versions. */
  readonly uses: readonly Use[];
  /** Versions FROM an image of this repository that none of the versions has. */
  readonly lost: readonly string[];
}

type Path = readonly PathStep[];

/** Which versions stand on it, by what they say of themselves, through each other too. */
export function findUses(versions: readonly PublishedVersion[], { isIt }: Question): FoundUses {
  const parentOf = findParents(versions);
  const known = new Map<string, readonly Path[]>();
  const lost = new Set<string>();

  /** Ways from one platform of a version down to what is asked for, without the version itself. */
  const pathsOf = (version: PublishedVersion, platform: string): readonly Path[] => {
    const key = `${version.version} ${platform}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    // What others wrote may lead in a circle: there is no way through it.
    known.set(key, []);
    const described = version.description?.platforms[platform];
    const paths = (isDescribed(described) ? described.bases : []).flatMap((base): readonly Path[] => {
      const parent = parentOf(base);
      if (isIt(base, parent?.version)) return [[stepOf(base, parent?.version)]];
      if (parent === undefined) {
        if (base.index === undefined) lost.add(version.version);
        return [];
      }
      const below = pathsOf(parent.version, parent.platform);
      if (lost.has(parent.version.version)) lost.add(version.version);
      return below.map((path) => [stepOf(base, parent.version), ...path]);
    });
    known.set(key, paths);
    return paths;
  };

  const uses = versions.flatMap((version): readonly Use[] => {
    const { image, version: tag, digest, current } = version;
    const ways = new Map<string, { readonly path: Path; readonly platforms: string[] }>();
    for (const { platform } of version.children) {
      for (const path of pathsOf(version, platform)) {
        const key = path.map(({ name, version: which = '' }) => `${name} ${which}`).join('\n');
        const way = ways.get(key) ?? { path: [{ name: image, version: tag }, ...path], platforms: [] };
        if (!way.platforms.includes(platform)) way.platforms.push(platform);
        ways.set(key, way);
      }
    }
    return [...ways.values()].map(({ path, platforms }) => ({ image, version: tag, digest, current, platforms, path }));
  });
  return { uses, lost: versions.map(({ version }) => version).filter((version) => lost.has(version)) };
}

interface Parent {
  readonly version: PublishedVersion;
  readonly platform: string;
}

/** The version that a base of this repository was: of the image by whose tag it was named, the newest that has the very child. */
function findParents(versions: readonly PublishedVersion[]): (base: BaseDescription) => Parent | undefined {
  const byChild = new Map<string, Parent[]>();
  for (const version of versions) {
    for (const { platform, digest } of version.children) {
      const short = shortOf(digest);
      byChild.set(short, [...(byChild.get(short) ?? []), { version, platform }]);
    }
  }
  return ({ name, index, child }) => {
    if (index !== undefined) return undefined;
    const able = (byChild.get(child) ?? []).filter(({ version }) => name.startsWith(`${version.image}-`));
    const longest = Math.max(0, ...able.map(({ version }) => version.image.length));
    return able
      .filter(({ version }) => version.image.length === longest)
      .sort((a, b) => (a.version.created > b.version.created ? -1 : 1))[0];
  };
}

function stepOf({ name, index, child }: BaseDescription, version: PublishedVersion | undefined): PathStep {
  if (version !== undefined) return { name: version.image, version: version.version, digest: child };
  return { name, digest: index ?? child };
}
