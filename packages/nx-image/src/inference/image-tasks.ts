import type { Image } from '../config/build-config';
import { variantTarget } from '../config/variant';
import { archName, formatPlatform, KNOWN_PLATFORMS, parsePlatform, type Platform } from '../oci/platform';
import { parentsOf, type DirectoryFacts, type ImageFacts } from './image-facts';
import type { TargetNames } from './plugin-options';

interface Task {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** The targets of one image of a directory, without `prepare`, which they share. */
export interface ImageTasks {
  readonly image: Image;
  readonly builds: readonly (Task & { readonly platform: string })[];
  readonly manifest: Task;
}

/** Images of other directories by their variant, and those of its own: nx has no edge from a project to itself. */
interface Parents {
  readonly outer: readonly (string | undefined)[];
  readonly inner: readonly (string | undefined)[];
}

/** `^build-<arch>--<variant>` is asked of all directories that this one depends on; those that have no such target nx leaves out. */
export function imageTasks(
  directory: DirectoryFacts,
  owners: ReadonlyMap<string, Image>,
  names: TargetNames,
): readonly ImageTasks[] {
  const parents = directory.map((one) => splitParents(one, owners));
  // Where no Dockerfile names an image, edges are of the user's making: what an upstream's Dockerfile is FROM, the graph cannot read.
  const known = parents.some(({ outer }) => outer.length > 0);
  const [own, ...variants] = directory.map((facts, index): ImageTasks => {
    const { outer, inner } = parents[index] ?? { outer: [], inner: [] };
    return tasksOf(facts, { inner, outer: known ? outer : [undefined] }, names);
  });
  if (own === undefined) return [];
  const dependsOn = new Set([...own.manifest.dependsOn, ...variants.map(({ manifest }) => manifest.name)]);
  return [{ ...own, manifest: { ...own.manifest, dependsOn: [...dependsOn] } }, ...variants];
}

function tasksOf({ image, crosses }: ImageFacts, { outer, inner }: Parents, names: TargetNames): ImageTasks {
  const build = (platform: Platform, variant: string | undefined): string =>
    variantTarget(`${names.build}-${archName(platform)}`, variant);
  const builds = image.config.platforms.map((platform) => {
    // Not `build-*`: that would be targets of others, and of variants, too.
    const wanted = crosses ? KNOWN_PLATFORMS.flatMap((text) => parsePlatform(text) ?? []) : [platform];
    const all = (variants: Parents['outer']): readonly string[] =>
      variants.flatMap((variant) => wanted.map((one) => build(one, variant)));
    return {
      name: build(platform, image.variant),
      platform: formatPlatform(platform),
      dependsOn: [names.prepare, ...all(inner), ...all(outer).map((target) => `^${target}`)],
    };
  });
  return {
    image,
    builds,
    manifest: {
      name: variantTarget(names.manifest, image.variant),
      dependsOn: [
        ...builds.map(({ name }) => name),
        // `manifest` without a suffix waits for all variants, so that none can wait for it.
        ...inner.flatMap((variant) => (variant === undefined ? [] : [variantTarget(names.manifest, variant)])),
        ...outer.map((variant) => `^${variantTarget(names.manifest, variant)}`),
      ],
    },
  };
}

function splitParents(facts: ImageFacts, owners: ReadonlyMap<string, Image>): Parents {
  const parents = parentsOf(facts, owners);
  const variantsOf = (inside: boolean): Parents['inner'] => [
    ...new Set(parents.filter(({ root }) => (root === facts.image.root) === inside).map(({ variant }) => variant)),
  ];
  return { outer: variantsOf(false), inner: variantsOf(true) };
}
