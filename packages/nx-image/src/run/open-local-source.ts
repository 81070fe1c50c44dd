import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import { contextDirectory, listContext } from '../source/list-context';
import { materialiseContext } from '../source/materialise-context';
import type { ContextListing } from '../source/source';
import { contextStore, type OpenSource } from './open-source';
import type { RunContext } from './run-context';

/** The Dockerfile and the context in the image's own directory. @throws HephyError DOCKERFILE_MISSING */
export function openLocalSource(context: RunContext, image: Image): OpenSource {
  const { workspaceRoot, signal } = context;
  const { contextPath, dockerfilePath } = image.config;
  let listing: Promise<ContextListing> | undefined;
  const list = (): Promise<ContextListing> =>
    (listing ??= context
      .fileModes()
      .then((modes) =>
        listContext({ workspaceRoot, imageRoot: image.root, contextPath, dockerfilePath, modes, signal }),
      ));
  return {
    upstream: undefined,
    dockerfilePath: posix.join(image.root, dockerfilePath),
    dockerfileText: readLocalDockerfile(workspaceRoot, image),
    list,
    materialise: async () => {
      const from = contextDirectory({ workspaceRoot, imageRoot: image.root, contextPath });
      return materialiseContext({ listing: await list(), from, to: contextStore(context), signal });
    },
  };
}

/** The Dockerfile beside the config. @throws HephyError DOCKERFILE_MISSING */
export function readLocalDockerfile(workspaceRoot: string, image: Image): string {
  const path = posix.join(image.root, image.config.dockerfilePath);
  try {
    return readFileSync(join(workspaceRoot, path), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'ENOTDIR') throw error;
    throw new HephyError('DOCKERFILE_MISSING', `there is no Dockerfile at ${path}`, {
      where: { file: image.configFile },
      hint: 'Add it, or say in `dockerfile_path` where it is, from the image directory.',
    });
  }
}
