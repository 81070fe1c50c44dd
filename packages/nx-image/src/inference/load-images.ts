import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BuildConfig, Image } from '../config/build-config';
import { loadBuildConfig } from '../config/load-build-config';
import { imagesOf } from '../config/variant';
import { HephyError, HephyErrors } from '../errors/hephy-error';

/** Configs by content: a daemon asks for the same files again and again. */
const loaded = new Map<string, { readonly source: string; readonly config: BuildConfig }>();

/** Longer texts are read again, as bytes: whether one is too long is said in those, and before it is looked at. */
const LONG = 32 * 1024;

/**
 * The images of a `build-config.yaml`, the directory's own first.
 * @param configFile relative to the workspace root, `/` separated
 * @throws HephyErrors with every problem of the file, or that there is none
 */
export function loadDirectory(workspaceRoot: string, configFile: string): readonly [Image, ...Image[]] {
  const path = `${workspaceRoot}/${configFile}`;
  const source = readConfig(path, configFile);
  const known = loaded.get(path);
  const config = known?.source === source ? known.config : loadBuildConfig(source, configFile);
  if (config !== known?.config && typeof source === 'string') loaded.set(path, { source, config });
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

/** As text, which node reads in one go; as bytes where the text is not all that there is to know. */
function readConfig(path: string, configFile: string): string | Buffer {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > LONG || text.includes('\ufffd') ? readFileSync(path) : text;
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
