import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BuildConfig, Image } from '../config/build-config';
import { loadBuildConfig } from '../config/load-build-config';
import { imagesOf } from '../config/variant';
import { HephyError, HephyErrors } from '../errors/hephy-error';

/** Configs by content: a daemon asks for the same files again and again. */
const loaded = new Map<string, { readonly bytes: Buffer; readonly config: BuildConfig }>();

/**
 * The images of a `build-config.yaml`, the directory's own first.
 * @param configFile relative to the workspace root, `/` separated
 * @throws HephyErrors with every problem of the file, or that there is none
 */
export function loadDirectory(workspaceRoot: string, configFile: string): readonly [Image, ...Image[]] {
  const path = join(workspaceRoot, configFile);
  const bytes = readConfig(path, configFile);
  const known = loaded.get(path);
  const config = known?.bytes.equals(bytes) === true ? known.config : loadBuildConfig(bytes, configFile);
  loaded.set(path, { bytes, config });
  const root = dirname(configFile);
  if (root === '.') {
    throw new HephyErrors([
      new HephyError('IMAGE_NAME_INVALID', 'the workspace root is no image directory: the image would have no name', {
        where: { file: configFile },
        hint: 'Move build-config.yaml and its Dockerfile into a directory named as the image.',
      }),
    ]);
  }
  return imagesOf(root, configFile, config);
}

function readConfig(path: string, configFile: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new HephyErrors([
      new HephyError('CONFIG_MISSING', `${dirname(configFile)} has a target of hephy and no build-config.yaml`, {
        where: { file: configFile },
        hint: 'Write one beside the Dockerfile, or take the target out of project.json.',
        cause: error,
      }),
    ]);
  }
}

export interface LoadedImages {
  /** Of each directory its own image first. */
  readonly directories: readonly (readonly [Image, ...Image[]])[];
  readonly errors: readonly (readonly [file: string, error: HephyError])[];
}

/** All of all files, each file's problems beside them. */
export function loadImages(workspaceRoot: string, configFiles: readonly string[]): LoadedImages {
  const directories: (readonly [Image, ...Image[]])[] = [];
  const errors: [string, HephyError][] = [];
  for (const file of configFiles) {
    try {
      directories.push(loadDirectory(workspaceRoot, file));
    } catch (error) {
      if (!(error instanceof HephyErrors)) throw error;
      errors.push(...error.errors.map((one): [string, HephyError] => [file, one]));
    }
  }
  return { directories, errors };
}
