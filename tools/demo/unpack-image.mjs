import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Brings an image from the local registry into a directory, layer upon layer. Whiteouts are not followed: no demo image deletes
 * anything of its base.
 * @returns The image's config: Entrypoint, Env, User, WorkingDir.
 */
export async function unpackImage(image, directory) {
  const slash = image.repository.indexOf('/');
  const base = `http://${image.repository.slice(0, slash)}/v2/${image.repository.slice(slash + 1)}`;
  const manifest = JSON.parse(await get(`${base}/manifests/${image.digest}`, image.digest));
  for (const layer of manifest.layers) {
    const archive = join(directory, '.layer');
    writeFileSync(archive, await get(`${base}/blobs/${layer.digest}`, layer.digest));
    const { status, stderr } = spawnSync(
      'tar',
      ['-x', '-f', archive, '-C', directory, '--exclude=.wh.*', '--no-same-owner'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`tar cannot unpack ${layer.digest}: ${stderr}`);
    rmSync(archive);
  }
  return JSON.parse(await get(`${base}/blobs/${manifest.config.digest}`, manifest.config.digest)).config;
}

async function get(url, digest) {
  const response = await fetch(url, {
    headers: {
      accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, */*',
    },
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest)
    throw new Error(`${url} is not ${digest}`);
  return bytes;
}
