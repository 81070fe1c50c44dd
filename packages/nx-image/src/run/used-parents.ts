import type { Image } from '../config/build-config';
import type { Location } from '../errors/hephy-error';
import { formatPlatform, type Platform } from '../oci/platform';
import { readFor } from './read-for-platform';
import type { Prepared } from './require-results';
import type { RunContext } from './run-context';
import { platformOf } from './use-platform';

/** An image of this repository that a used stage of another is FROM, or copies from. */
export interface UsedParent {
  readonly parent: Image;
  /** The platforms of the parent that decide what the use is: all of them where the build platform chooses. */
  readonly platforms: readonly string[];
  readonly where: Location;
}

/** In the order of use. The image itself is none: it has of itself what the registry has. */
export function usedParents(
  { facts, catalog }: Pick<RunContext, 'facts' | 'catalog'>,
  image: Image,
  prepared: Prepared,
  platform: Platform,
): readonly UsedParent[] {
  const dockerfile = readFor(facts, image, prepared.dockerfile, platform);
  return dockerfile.uses.flatMap((use): readonly UsedParent[] => {
    if (dockerfile.stages[use.stage]?.used !== true || use.own === undefined) return [];
    const parent = catalog.ownerOf(image, use.own);
    if (parent === undefined || parent.name === image.name) return [];
    const wanted =
      use.platform.kind === 'build' ? parent.config.platforms : [platformOf(facts, use, platform, dockerfile.path)];
    return [{ parent, platforms: wanted.map(formatPlatform), where: { file: dockerfile.path, line: use.line } }];
  });
}
