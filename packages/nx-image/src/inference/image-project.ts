import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import type { Image } from '../config/build-config';
import { archName, formatPlatform, KNOWN_PLATFORMS, parsePlatform } from '../oci/platform';
import { targetNames, type HephyPluginOptions, type TargetNames } from './plugin-options';

export const KANIKO_EXECUTOR = '@hephy/nx-image:kaniko';
export const MANIFEST_TOOL_EXECUTOR = '@hephy/nx-image:manifest-tool';

/**
 * The Nx project that an image directory is: DESIGN, "Targets of an image project".
 * @param crosses whether a build needs its parents for other platforms than its own; which ones the machine decides that builds
 */
export function imageProject(
  image: Image,
  options: HephyPluginOptions | undefined,
  crosses: boolean,
): ProjectConfiguration {
  const names = targetNames(options);
  const shared = sharedOptions(options);
  const builder = builderOptions(options);
  const builds = image.config.platforms.map((platform) => ({
    name: `${names.build}-${archName(platform)}`,
    platform: formatPlatform(platform),
  }));
  const targets: Record<string, TargetConfiguration> = {
    [names.prepare]: {
      executor: KANIKO_EXECUTOR,
      options: { step: 'prepare', ...shared, ...builder },
      dependsOn: [names.context],
      ...described(prepareText(image)),
    },
  };
  for (const { name, platform } of builds) {
    targets[name] = {
      executor: KANIKO_EXECUTOR,
      options: { step: 'build', platform, ...shared, ...builder },
      dependsOn: [names.prepare, ...(crosses ? everyBuild(names) : [name]).map((target) => `^${target}`)],
      ...described(
        `Builds the image for ${platform}, unless the registry has it from the same inputs.`,
        helpOf(image, name),
      ),
    };
  }
  targets[names.manifest] = {
    executor: MANIFEST_TOOL_EXECUTOR,
    ...(Object.keys(shared).length === 0 ? {} : { options: shared }),
    dependsOn: [...builds.map(({ name }) => name), `^${names.manifest}`],
    ...described(
      'Joins what was built into an image index, checks it, and writes its tags.',
      helpOf(image, names.manifest),
    ),
  };
  return {
    name: image.name,
    root: image.root,
    projectType: 'application',
    targets,
    metadata: {
      description:
        image.config.description ??
        `Container image ${image.name} for ${builds.map(({ platform }) => platform).join(', ')}`,
      technologies: ['kaniko', 'oci'],
    },
  };
}

/** Not `build-*`: that would be targets of others too. Those that a parent does not have nx leaves out. */
function everyBuild(names: TargetNames): readonly string[] {
  return KNOWN_PLATFORMS.flatMap((text) => parsePlatform(text) ?? []).map(
    (platform) => `${names.build}-${archName(platform)}`,
  );
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
  return { command: `npx nx run ${image.name}:${target} --help`, example: {} };
}
