import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';

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
