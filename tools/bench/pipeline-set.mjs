import { BASE } from './base-image.mjs';
import { PLATFORMS } from './image-set.mjs';

const FILES = 10;
/** Images of the repository that are FROM the same one. */
const CHILDREN = 6;

/**
 * A tree of images that are FROM each other, local contexts, two platforms each.
 * @param {{ images: number, host: string }} options
 * @returns {Record<string, string>} text by path
 */
export function pipelineSet({ images, host }) {
  const files = {};
  for (let index = 0; index < images; index += 1) {
    const root = `images/app-${index}`;
    const parent = parentOf(index);
    files[`${root}/build-config.yaml`] = [
      'context_path: .',
      `platforms: [${PLATFORMS.join(', ')}]`,
      "additional_tags: [latest, '1.0']",
      'build_args:',
      `  VERSION: '1.${index}'`,
      '',
    ].join('\n');
    files[`${root}/Dockerfile`] = [
      ...(parent === undefined
        ? [`FROM ${host}/${BASE}`]
        : ['ARG ECR_REGISTRY', `FROM \${ECR_REGISTRY}:app-${parent}-latest`]),
      'ARG VERSION',
      `COPY files /app-${index}`,
      'RUN echo "$VERSION" >/version',
      `ENTRYPOINT ["/app-${index}/run"]`,
      '',
    ].join('\n');
    files[`${root}/.dockerignore`] = 'README.md\nDockerfile\n.dockerignore\n';
    files[`${root}/README.md`] = `# app-${index}\n`;
    for (let file = 0; file < FILES; file += 1) files[`${root}/files/${file}.txt`] = `${root} ${file}\n`;
  }
  return files;
}

/** @returns {number | undefined} The image that this one is FROM. */
export function parentOf(index) {
  return index === 0 ? undefined : Math.floor((index - 1) / CHILDREN);
}
