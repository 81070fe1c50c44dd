import type { Image } from './build-config';

/** The tags that the config gives the image, as FROM names them: `<image>-<tag>`. */
export function claimedTags({ name, config }: Pick<Image, 'name' | 'config'>): readonly string[] {
  return config.additionalTags.map((tag) => `${name}-${tag.name}`);
}

/** Images by the tags that they claim; no two claim one, or the graph is refused. */
export function tagOwners(images: readonly Image[]): ReadonlyMap<string, Image> {
  return new Map(images.flatMap((image) => claimedTags(image).map((tag) => [tag, image] as const)));
}
