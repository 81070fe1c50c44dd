import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Builder, BuildPaths, BuildStep, Invocation } from '../../builders/builder';
import type { ProcessEnd, ProcessSpec, RunProcess } from '../../process/process';

/** A prepared place where a builder runs. */
export interface BuilderPlace {
  readonly paths: BuildPaths;
  /** On the machine, whatever the builder calls it. Empty, or not there, until the builder has written it. */
  readonly digestFile: string;
  /**
   * Runs one invocation to its end: when this resolves, nothing of it is left, be it processes, mounts or a container. Answers as `runProcess` does.
   * What kept the builder from starting at all is a HephyError.
   */
  readonly run: (invocation: Invocation, watch: Watch) => Promise<ProcessEnd>;
}

/** Who looks on while an invocation runs, and when it is to be ended. */
export type Watch = Pick<ProcessSpec, 'onLine' | 'signal' | 'timeout'>;

export interface PlaceInput {
  readonly runProcess: RunProcess;
  readonly builder: Builder;
  readonly step: Omit<BuildStep, 'paths'>;
  /** An existing directory, private to this build and removed after it. */
  readonly directory: string;
  /** The pinned text. */
  readonly dockerfile: string;
  /** In the format of docker's config.json. */
  readonly dockerConfig: string | undefined;
}

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `seenAs`: what the builder takes the private directory for. */
export function pathsIn(seenAs: string, context: string): BuildPaths {
  return {
    context,
    dockerfile: `${seenAs}/build/Dockerfile`,
    ignorefile: `${seenAs}/build/Dockerfile.dockerignore`,
    digestFile: `${seenAs}/out/digest`,
    authFile: `${seenAs}/docker/config.json`,
    store: `${seenAs}/store`,
  };
}

/** Everything that is ours, written into the private directory. The ignore file is beside the Dockerfile, because that is where it is looked for. */
export async function writePrivateFiles(input: PlaceInput, paths: BuildPaths, seenAs: string): Promise<void> {
  const { builder, step, directory, dockerfile, dockerConfig } = input;
  const onMachine = (path: string): string => join(directory, path.slice(seenAs.length));
  const write = async (path: string, text: string): Promise<void> => {
    const file = onMachine(path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text, { mode: 0o600 });
  };
  await write(paths.dockerfile, dockerfile);
  await write(paths.ignorefile, '');
  await write(paths.authFile, dockerConfig ?? '{}');
  for (const path of [paths.store, dirname(paths.digestFile), `${seenAs}/home`, `${seenAs}/tmp`]) {
    await mkdir(onMachine(path), { recursive: true, mode: 0o700 });
  }
  for (const { path, text } of builder.files({ ...step, paths }, dockerfile)) await write(path, text);
}

/** The program with the usual umask: ours would become the modes of what a RUN creates. */
export function withUsualUmask(
  file: string,
  args: readonly string[],
): { readonly file: string; readonly arguments: readonly string[] } {
  return { file: '/bin/sh', arguments: ['-c', 'umask 022 && exec "$0" "$@"', file, ...args] };
}
