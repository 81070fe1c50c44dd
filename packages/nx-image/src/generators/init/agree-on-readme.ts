import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import type { Image } from '../../config/build-config';
import { appendLines } from '../append-lines';

export const README_RULE = '**/README.md';

/**
 * Makes .nxignore and the images' .dockerignore agree on README.md: a change of one is no reason to build, so it must not be in an image.
 * An image whose Dockerfile names a README keeps it, and .nxignore excepts it.
 */
export function agreeOnReadme(tree: Tree, images: readonly Image[]): void {
  const kept: string[] = [];
  for (const { root, config } of images) {
    // The source is another repository's; this directory is no context.
    if (config.upstream !== undefined) continue;
    const dockerfile = tree.read(posix.join(root, config.dockerfilePath), 'utf8') ?? '';
    if (/README/i.test(dockerfile)) kept.push(`!${posix.join(root, config.contextPath)}/${README_RULE}`);
    else ignoreReadme(tree, posix.join(root, config.contextPath, '.dockerignore'));
  }
  append(tree, '.nxignore', [README_RULE, ...kept]);
}

function ignoreReadme(tree: Tree, file: string): void {
  const lines = (tree.read(file, 'utf8') ?? '').split(/\r?\n/).map((line) => line.trim());
  const ignoresAll = lines.some((line) => line === '*' || line === '**') && !lines.some((line) => line.startsWith('!'));
  if (!ignoresAll) append(tree, file, [README_RULE]);
}

/** Writes only what changes. */
export function append(
  tree: Tree,
  file: string,
  lines: readonly string[],
  same?: (there: string, line: string) => boolean,
): void {
  const text = tree.read(file, 'utf8') ?? '';
  const changed = appendLines(text, lines, same);
  if (changed !== text) tree.write(file, changed);
}
