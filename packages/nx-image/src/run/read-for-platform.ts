import type { Image } from '../config/build-config';
import type { Dockerfile } from '../dockerfile/dockerfile';
import { readDockerfile } from '../dockerfile/read-dockerfile';
import type { Platform } from '../oci/platform';
import { expandBuildArgs } from '../plan/build-args';
import type { RunFacts } from '../plan/run-facts';

/** The Dockerfile as one platform's build has it. @throws HephyError DOCKERFILE_… */
export function readFor(
  facts: RunFacts,
  image: Image,
  dockerfile: { readonly path: string; readonly text: string },
  platform: Platform,
): Dockerfile {
  const args = expandBuildArgs(image.config, facts, image.configFile);
  return readDockerfile(dockerfile.text, {
    path: dockerfile.path,
    ...(image.config.target === undefined ? {} : { target: image.config.target }),
    args: new Map(args.map(({ name, value }) => [name, value])),
    platform,
    builder: image.config.builder,
  });
}
