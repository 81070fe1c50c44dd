import { BASE } from './base-image.mjs';

export const PLATFORMS = ['linux/amd64', 'linux/arm64'];
export const FILES = 200;

/**
 * Image directories with about 200 files of about 1 KB and one RUN each.
 * @param {{ images: number, host: string, builder: 'kaniko' | 'buildah' }} options
 * @returns {Record<string, string>} text by path
 */
export function imageSet({ images, host, builder }) {
  const files = {};
  for (let index = 0; index < images; index += 1) {
    const root = `images/app-${index}`;
    files[`${root}/build-config.yaml`] = [
      'context_path: .',
      `platforms: [${PLATFORMS.join(', ')}]`,
      'additional_tags: [latest]',
      `build_backend: ${builder}`,
      '',
    ].join('\n');
    files[`${root}/Dockerfile`] = [
      `FROM ${host}/${BASE}`,
      'COPY files /app',
      'RUN find /app -type f | wc -l >/count && uname -m >/machine',
      '',
    ].join('\n');
    for (let file = 0; file < FILES; file += 1) {
      files[`${root}/files/${file % 20}/${file}.txt`] = `${root} ${file} `.repeat(1024).slice(0, 1024);
    }
  }
  return files;
}
