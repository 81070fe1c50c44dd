import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What hephy says of an image that it has built.
 * @returns {{ name: string, platform: string, repository: string, digest: string }} `repository` as `host:port/path`.
 */
export function readImage(workspace, name, platform) {
  const file = join(workspace, 'dist/images', name, 'result.json');
  const { repository, manifest } = JSON.parse(readFileSync(file, 'utf8'));
  const child = manifest?.platforms.find((candidate) => candidate.platform === platform);
  if (child === undefined) throw new Error(`${file} has no ${platform}`);
  return { name, platform, repository, digest: child.digest };
}
