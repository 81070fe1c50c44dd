import type { Image } from '../config/build-config';
import { crossesPlatforms, findOwnImages } from '../dockerfile/find-own-images';
import type { HephyError } from '../errors/hephy-error';
import { loadImages } from './load-images';
import { readOwnDockerfile } from './own-dockerfile';

/** All that the graph knows of an image: its config, and what its Dockerfile says of other images of the repository. */
export interface ImageFacts {
  readonly image: Image;
  /** `<image>-<tag>` of those that it is FROM or copies from. */
  readonly ownImages: readonly string[];
  /** Whether its build needs one of them for another platform than its own. */
  readonly crosses: boolean;
}

/** Of all images of a directory: its own first, then its variants in the order of the file. */
export type DirectoryFacts = readonly [ImageFacts, ...ImageFacts[]];

export interface ReadFacts {
  readonly directories: readonly DirectoryFacts[];
  readonly errors: readonly (readonly [file: string, error: HephyError])[];
}

/** Of the last `readFacts` of this process. */
let last: { readonly workspaceRoot: string; readonly byConfig: ReadonlyMap<string, DirectoryFacts> } | undefined;

/** Reads configs and Dockerfiles; each file's problems beside those that have none. */
export function readFacts(workspaceRoot: string, configFiles: readonly string[]): ReadFacts {
  const read = readAll(workspaceRoot, configFiles);
  last = { workspaceRoot, byConfig: new Map(read.directories.map((one) => [one[0].image.configFile, one])) };
  return read;
}

/**
 * What `readFacts` found, and for files that it was not asked for what they say now. Nx calls createDependencies right behind createNodes, in one process and each time
 * that it makes a graph: with its daemon too, edges then go by the same text as projects.
 */
export function recallFacts(workspaceRoot: string, configFiles: readonly string[]): readonly DirectoryFacts[] {
  const known = last?.workspaceRoot === workspaceRoot ? last.byConfig : undefined;
  const missing = configFiles.filter((file) => known?.has(file) !== true);
  const recalled: DirectoryFacts[] = [];
  for (const file of configFiles) {
    const directory = known?.get(file);
    if (directory !== undefined) recalled.push(directory);
  }
  return [...recalled, ...readAll(workspaceRoot, missing).directories];
}

/** All of them, directory by directory. */
export function imagesIn(directories: readonly DirectoryFacts[]): readonly Image[] {
  const images: Image[] = [];
  for (const directory of directories) for (const facts of directory) images.push(facts.image);
  return images;
}

/** The images that it is FROM or copies from, itself excepted: an image may begin with what the registry has of it. */
export function parentsOf({ image, ownImages }: ImageFacts, owners: ReadonlyMap<string, Image>): readonly Image[] {
  return ownImages.flatMap((own) => {
    const owner = owners.get(own);
    return owner === undefined || owner.name === image.name ? [] : [owner];
  });
}

function readAll(workspaceRoot: string, configFiles: readonly string[]): ReadFacts {
  const { directories, errors } = loadImages(workspaceRoot, configFiles);
  const read = (image: Image): ImageFacts => readImage(workspaceRoot, image);
  return { directories: directories.map(([own, ...variants]) => [read(own), ...variants.map(read)]), errors };
}

function readImage(workspaceRoot: string, image: Image): ImageFacts {
  const dockerfile = readOwnDockerfile(workspaceRoot, image);
  if (dockerfile === undefined) return { image, ownImages: [], crosses: false };
  const { text, options } = dockerfile;
  return { image, ownImages: findOwnImages(text, options), crosses: crossesPlatforms(text, options) };
}
