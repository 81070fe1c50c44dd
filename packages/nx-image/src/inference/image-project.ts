import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import type { Image } from '../config/build-config';
import { formatPlatform } from '../oci/platform';
import type { DirectoryFacts } from './image-facts';
import { imageTasks } from './image-tasks';
import { targetNames, type HephyPluginOptions } from './plugin-options';

export const KANIKO_EXECUTOR = '@hephy/nx-image:kaniko';
export const MANIFEST_TOOL_EXECUTOR = '@hephy/nx-image:manifest-tool';

/**
 * The Nx project that an image directory is: DESIGN, "Targets of an image project".
 * @param owners images of the repository by the tags that FROM names them by
 */
export function imageProject(
  directory: DirectoryFacts,
  owners: ReadonlyMap<string, Image>,
  options: HephyPluginOptions | undefined,
): ProjectConfiguration {
  const [{ image }] = directory;
  const names = targetNames(options);
  const shared = sharedOptions(options);
  const builder = builderOptions(options);
  const targets: Record<string, TargetConfiguration> = {
    [names.prepare]: {
      executor: KANIKO_EXECUTOR,
      options: { step: 'prepare', ...shared, ...builder },
      dependsOn: [names.context],
      ...described(prepareText(image)),
    },
  };
  const tasks = imageTasks(directory, owners, names);
  for (const { image: built, builds } of tasks) {
    const own = optionsOf(built, shared);
    for (const { name, platform, dependsOn } of builds) {
      targets[name] = {
        executor: KANIKO_EXECUTOR,
        options: { step: 'build', platform, ...own, ...builder },
        dependsOn,
        ...described(
          `Builds ${textOf(built)} for ${platform}, unless the registry has it from the same inputs.`,
          helpOf(image, name),
        ),
      };
    }
  }
  for (const { image: joined, manifest } of tasks) {
    const own = { ...optionsOf(joined, shared), ...verifyOption(options) };
    targets[manifest.name] = {
      executor: MANIFEST_TOOL_EXECUTOR,
      ...(Object.keys(own).length === 0 ? {} : { options: own }),
      dependsOn: manifest.dependsOn,
      ...described(
        `Joins what was built${joined.variant === undefined ? '' : ` of ${textOf(joined)}`} into an image index, checks it, and writes its tags.`,
        helpOf(image, manifest.name),
      ),
    };
  }
  return {
    name: image.project,
    root: image.root,
    projectType: 'application',
    targets,
    metadata: {
      description:
        image.config.description ??
        `Container image ${image.name} for ${image.config.platforms.map(formatPlatform).join(', ')}`,
      technologies: ['kaniko', 'oci'],
    },
  };
}

function textOf({ variant }: Image): string {
  return variant === undefined ? 'the image' : `the variant ${variant}`;
}

function optionsOf({ variant }: Image, shared: Record<string, unknown>): Record<string, unknown> {
  return variant === undefined ? shared : { variant, ...shared };
}

/** Only what is set: options that say nothing would bury those that do. */
function sharedOptions(options: HephyPluginOptions | undefined): Record<string, unknown> {
  const { registry, dockerHubMirror, insecureRegistries } = options ?? {};
  return {
    ...(registry === undefined ? {} : { registry }),
    ...(dockerHubMirror === undefined ? {} : { dockerHubMirror }),
    ...(insecureRegistries === undefined ? {} : { insecureRegistries }),
  };
}

/** Of the executor that builds. One process may have all its tasks, and asks the first. */
function builderOptions(options: HephyPluginOptions | undefined): Record<string, unknown> {
  const { runtime, kanikoImage } = options ?? {};
  return { ...(runtime === undefined ? {} : { runtime }), ...(kanikoImage === undefined ? {} : { kanikoImage }) };
}

/** Of the executor that publishes. */
function verifyOption({ verifyTargetName }: HephyPluginOptions = {}): Record<string, unknown> {
  return verifyTargetName === undefined ? {} : { verifyTarget: verifyTargetName };
}

function prepareText(image: Image): string {
  const { upstream } = image.config;
  const source = upstream === undefined ? 'the context' : `${upstream.repo} at ${upstream.ref}`;
  return `Resolves ${source} and the base images; builds nothing.`;
}

type Described = Pick<TargetConfiguration, 'metadata' | 'cache' | 'continuous'>;
type Help = NonNullable<Described['metadata']>['help'];

/** Nx carries every property of every target between its processes and into its caches, each with where it comes from: no more than reads well. */
function described(description: string, help?: Help): Described {
  return {
    // Whether an image exists is asked of the registry, never of a task cache.
    cache: false,
    // Without it Nx looks the executor up for each target.
    continuous: false,
    metadata: { description, ...(help === undefined ? {} : { help }) },
  };
}

/** Of the targets that people run. */
function helpOf(image: Image, target: string): NonNullable<Help> {
  return { command: `npx nx run ${image.project}:${target} --help`, example: {} };
}
