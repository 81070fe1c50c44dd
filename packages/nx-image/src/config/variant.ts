import type { BuildConfig, Image } from './build-config';

/** Between a target and the variant that it is for. No name of a variant holds it. */
export const VARIANT_SEPARATOR = '--';

/** Words of lower-case letters and digits with single `_`, `.`, `-` between them. */
const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const MAX_LENGTH = 64;

export function isVariantName(text: string): boolean {
  return text.length <= MAX_LENGTH && NAME.test(text);
}

/** `manifest` → `manifest--debug`; the image itself has the target as it is. */
export function variantTarget(target: string, variant: string | undefined): string {
  return variant === undefined ? target : `${target}${VARIANT_SEPARATOR}${variant}`;
}

/** What nx is told to make the image, as in `npx nx run kaniko:manifest--debug`. */
export function manifestTask({ project, variant }: Pick<Image, 'project' | 'variant'>): string {
  return `${project}:${variantTarget('manifest', variant)}`;
}

/** `Image.name` of what a task of the directory is about. */
export function imageName(root: string, variant: string | undefined): string {
  const project = projectName(root);
  return variant === undefined ? project : `${project}-${variant}`;
}

/** `Image.project` of all images of the directory. */
export function projectName(root: string): string {
  return root.slice(root.lastIndexOf('/') + 1);
}

/**
 * The images of a directory: its own first, then its variants in the order of the file.
 * @param root relative to the workspace root, `/` separated
 */
export function imagesOf(root: string, configFile: string, config: BuildConfig): readonly [Image, ...Image[]] {
  const project = projectName(root);
  return [
    { name: project, project, root, configFile, config },
    ...(config.variants ?? []).map(({ name, config: own }): Image => ({
      name: imageName(root, name),
      project,
      variant: name,
      root,
      configFile,
      config: own,
    })),
  ];
}
