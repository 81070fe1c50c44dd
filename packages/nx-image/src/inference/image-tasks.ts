import type { Image } from '../config/build-config';
import { variantTarget } from '../config/variant';
import { archName, formatPlatform, KNOWN_PLATFORMS, parsePlatform, type Platform } from '../oci/platform';
import { parentsOf, type DirectoryFacts, type ImageFacts } from './image-facts';
import type { TargetNames } from './plugin-options';

interface Task {
  readonly name: string;
  readonly dependsOn: string[];
}

/** The targets of one image of a directory, without `prepare`, which they share. */
export interface ImageTasks {
  readonly image: Image;
  readonly builds: readonly (Task & { readonly platform: string })[];
  readonly manifest: Task;
}

/** Images by their variant: of other directories, and of its own, to which nx has no edge. */
interface Parents {
  readonly outer: readonly (string | undefined)[];
  readonly inner: readonly (string | undefined)[];
}

const NONE: Parents = { outer: [], inner: [] };
/** Of the user's making: what an upstream's Dockerfile is FROM, the graph cannot read. */
const UNKNOWN: Parents = { outer: [undefined], inner: [] };

/** `^build-<arch>--<variant>` is asked of all directories that this one depends on; those that have no such target nx leaves out. */
export function imageTasks(
  directory: DirectoryFacts,
  owners: ReadonlyMap<string, Image>,
  names: TargetNames,
): readonly ImageTasks[] {
  const [alone] = directory;
  if (directory.length === 1 && alone.ownImages.length === 0) return [tasksOf(alone, UNKNOWN, names)];
  const parents = directory.map((one) => splitParents(one, owners));
  const known = parents.some(({ outer }) => outer.length > 0);
  const tasks = directory.map((facts, index) => {
    const found = parents[index] ?? NONE;
    return tasksOf(facts, known ? found : found.inner.length === 0 ? UNKNOWN : { ...found, outer: [undefined] }, names);
  });
  // All of them are waited for by the one that has no suffix.
  const first = tasks[0]?.manifest.dependsOn;
  for (const { manifest } of tasks.slice(1)) if (first?.includes(manifest.name) === false) first.push(manifest.name);
  return tasks;
}

/** The same for directories of one image whose tasks are the same; undefined for those of several. */
export function aloneKey(directory: DirectoryFacts, owners: ReadonlyMap<string, Image>): string | undefined {
  if (directory.length > 1) return undefined;
  const [alone] = directory;
  const { outer } = splitParents(alone, owners);
  return `${platformsText(alone.image)}:${alone.crosses ? 'crosses' : ''}:${outer.map((variant) => variant ?? '').join(' ')}`;
}

/** By the list: most configs name the same platforms, and share one. */
const texts = new WeakMap<readonly Platform[], string>();

/** `linux/amd64, linux/arm64` */
export function platformsText({ config: { platforms } }: Image): string {
  let text = texts.get(platforms);
  if (text === undefined) texts.set(platforms, (text = platforms.map(formatPlatform).join(', ')));
  return text;
}

/** Built in loops: a repository may have thousands, and the graph is on everybody's way. */
function tasksOf({ image, crosses }: ImageFacts, { outer, inner }: Parents, names: TargetNames): ImageTasks {
  const target = (architecture: string, variant: string | undefined): string =>
    variantTarget(`${names.build}-${architecture}`, variant);
  const builds = image.config.platforms.map((platform) => {
    const own = archName(platform);
    const dependsOn = [names.prepare];
    for (const one of crosses ? allArchitectures() : [own]) {
      for (const variant of inner) dependsOn.push(target(one, variant));
      for (const variant of outer) dependsOn.push(`^${target(one, variant)}`);
    }
    return { name: target(own, image.variant), platform: formatPlatform(platform), dependsOn };
  });
  const dependsOn = builds.map(({ name }) => name);
  // `manifest` without a suffix waits for all variants, so that none can wait for it.
  for (const variant of inner) if (variant !== undefined) dependsOn.push(variantTarget(names.manifest, variant));
  for (const variant of outer) dependsOn.push(`^${variantTarget(names.manifest, variant)}`);
  return { image, builds, manifest: { name: variantTarget(names.manifest, image.variant), dependsOn } };
}

/** Not `build-*`: that would be targets of others, and of variants, too. */
function allArchitectures(): readonly string[] {
  return KNOWN_PLATFORMS.flatMap((text) => parsePlatform(text) ?? []).map(archName);
}

function splitParents(facts: ImageFacts, owners: ReadonlyMap<string, Image>): Parents {
  if (facts.ownImages.length === 0) return NONE;
  const parents = parentsOf(facts, owners);
  const variantsOf = (inside: boolean): Parents['inner'] => [
    ...new Set(parents.filter(({ root }) => (root === facts.image.root) === inside).map(({ variant }) => variant)),
  ];
  return { outer: variantsOf(false), inner: variantsOf(true) };
}
