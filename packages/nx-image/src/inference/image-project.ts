import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import type { Image } from '../config/build-config';
import type { DirectoryFacts } from './image-facts';
import { aloneKey, imageTasks, platformsText } from './image-tasks';
import { targetNames, type HephyPluginOptions } from './plugin-options';

export const KANIKO_EXECUTOR = '@hephy/nx-image:kaniko';
export const MANIFEST_TOOL_EXECUTOR = '@hephy/nx-image:manifest-tool';

/**
 * Makes the Nx project that an image directory is: DESIGN, "Targets of an image project".
 * @param owners images of the repository by the tags that FROM names them by
 */
export function projectMaker(
  owners: ReadonlyMap<string, Image>,
  options: HephyPluginOptions | undefined,
): (directory: DirectoryFacts) => ProjectConfiguration {
  const targetsOf = targetMaker(owners, options);
  return (directory) => {
    const [{ image }] = directory;
    return {
      name: image.project,
      root: image.root,
      projectType: 'application',
      targets: targetsOf(directory),
      metadata: {
        description: image.config.description ?? `Container image ${image.name} for ${platformsText(image)}`,
        technologies: ['kaniko', 'oci'],
      },
    };
  };
}

type Targets = Record<string, TargetConfiguration>;

/**
 * The targets of image directories. What is the same in several is one object, so that Nx's processes tell each other of it once; Nx copies a target before
 * it changes it, but not what is nested in its metadata: that is each one's own.
 */
function targetMaker(
  owners: ReadonlyMap<string, Image>,
  options: HephyPluginOptions | undefined,
): (directory: DirectoryFacts) => Targets {
  const names = targetNames(options);
  const shared = sharedOptions(options);
  const builder = builderOptions(options);
  const verify = verifyOption(options);
  const local = prepareTarget('the context');
  const known = new Map<string, Targets>();

  function prepareTarget(source: string): TargetConfiguration {
    return {
      executor: KANIKO_EXECUTOR,
      options: { step: 'prepare', ...shared, ...builder },
      dependsOn: [names.context],
      cache: false,
      metadata: { description: `Resolves ${source} and the base images; builds nothing.` },
    };
  }

  function prepareOf({ config: { upstream } }: Image): TargetConfiguration {
    return upstream === undefined ? local : prepareTarget(`${upstream.repo} at ${upstream.ref}`);
  }

  function makeTargets(directory: DirectoryFacts): Targets {
    const targets: Targets = { [names.prepare]: prepareOf(directory[0].image) };
    const tasks = imageTasks(directory, owners, names);
    for (const { image, builds } of tasks) {
      const own = optionsOf(image, shared);
      for (const { name, platform, dependsOn } of builds) {
        targets[name] = {
          executor: KANIKO_EXECUTOR,
          options: { step: 'build', platform, ...own, ...builder },
          dependsOn,
          // Whether an image exists is asked of the registry, never of a task cache.
          cache: false,
          metadata: {
            description: `Builds ${textOf(image)} for ${platform}, unless the registry has it from the same inputs.`,
          },
        };
      }
    }
    for (const { image, manifest } of tasks) {
      const own = { ...optionsOf(image, shared), ...verify };
      targets[manifest.name] = {
        executor: MANIFEST_TOOL_EXECUTOR,
        ...(Object.keys(own).length === 0 ? {} : { options: own }),
        dependsOn: manifest.dependsOn,
        cache: false,
        metadata: {
          description: `Joins what was built${image.variant === undefined ? '' : ` of ${textOf(image)}`} into an image index, checks it, and writes its tags.`,
          help: helpOf(image, manifest.name),
        },
      };
    }
    return targets;
  }

  return (directory) => {
    const key = aloneKey(directory, owners);
    if (key === undefined) return makeTargets(directory);
    let like = known.get(key);
    if (like === undefined) known.set(key, (like = makeTargets(directory)));
    const [{ image }] = directory;
    const targets = { ...like };
    targets[names.prepare] = prepareOf(image);
    const manifest = like[names.manifest];
    targets[names.manifest] = {
      ...manifest,
      metadata: { ...manifest?.metadata, help: helpOf(image, names.manifest) },
    };
    return targets;
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

type Help = NonNullable<NonNullable<TargetConfiguration['metadata']>['help']>;

/** Of the target that people run most. Nx writes down of each property of each target where it comes from: no more than reads well. */
function helpOf(image: Image, target: string): Help {
  return { command: `npx nx run ${image.project}:${target} --help`, example: {} };
}
