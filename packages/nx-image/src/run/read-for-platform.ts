import type { Image } from '../config/build-config';
import type { Dockerfile } from '../dockerfile/dockerfile';
import { readDockerfile } from '../dockerfile/read-dockerfile';
import type { Platform } from '../oci/platform';
import { expandBuildArgs } from '../plan/build-args';
import type { RunFacts } from '../plan/run-facts';

/** Read before in this run, the last ones: the steps of an image want the same again. */
const MOST = 2048;
const readBefore = new WeakMap<RunFacts, Map<string, Dockerfile>>();

/** The Dockerfile as one platform's build has it. @throws HephyError DOCKERFILE_… */
export function readFor(
  facts: RunFacts,
  image: Image,
  dockerfile: { readonly path: string; readonly text: string },
  platform: Platform,
): Dockerfile {
  const args = expandBuildArgs(image.config, facts, image.configFile);
  const { target, builder } = image.config;
  const { path, text } = dockerfile;
  const known = readBefore.get(facts) ?? new Map<string, Dockerfile>();
  readBefore.set(facts, known);
  const key = JSON.stringify([path, text, target, args, platform, builder]);
  const read =
    known.get(key) ??
    readDockerfile(text, {
      path,
      ...(target === undefined ? {} : { target }),
      args: new Map(args.map(({ name, value }) => [name, value])),
      platform,
      builder,
    });
  const [oldest] = known.keys();
  if (known.size >= MOST && oldest !== undefined && !known.has(key)) known.delete(oldest);
  known.set(key, read);
  return read;
}
