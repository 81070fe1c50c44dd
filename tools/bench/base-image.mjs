import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const CONTEXT = join(import.meta.dirname, '../../projects/minimal-base-image/context.sh');
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export const BASE = 'bench/base:1';

/**
 * Debian's static busybox and its links, a layer an architecture.
 * @returns {{ architecture: string, tar: Buffer }[]}
 */
export function makeBaseLayers() {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hephy/bench/rootfs');
  return ['amd64', 'arm64'].map((architecture) => {
    const archive = join(cache, `${architecture}.tar`);
    if (!existsSync(archive)) {
      mkdirSync(cache, { recursive: true });
      run('sh', [CONTEXT, cache]);
    }
    const root = join(cache, architecture);
    mkdirSync(root, { recursive: true });
    run('tar', ['-xf', archive, '-C', root, 'bin']);
    const options = ['--format=ustar', '--sort=name', '--mtime=@0', '--numeric-owner', '--owner=0', '--group=0'];
    return { architecture, tar: run('tar', [...options, '-C', root, '-cf', '-', 'bin']) };
  });
}

/** Pushes an index over the layers as `BASE`. */
export async function pushBase(host, layers) {
  const [path, tag] = BASE.split(':');
  const url = `http://${host}/v2/${path}`;
  const manifests = [];
  for (const { architecture, tar } of layers) {
    const layer = gzipSync(tar, { level: 6 });
    const config = Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        config: { Env: ['PATH=/bin'], Cmd: ['/bin/sh'] },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      }),
    );
    await pushBlob(url, layer);
    await pushBlob(url, config);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: describe('application/vnd.oci.image.config.v1+json', config),
        layers: [describe('application/vnd.oci.image.layer.v1.tar+gzip', layer)],
      }),
    );
    await pushManifest(url, digestOf(manifest), MANIFEST, manifest);
    manifests.push({ ...describe(MANIFEST, manifest), platform: { architecture, os: 'linux' } });
  }
  await pushManifest(url, tag, INDEX, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests })));
}

async function pushBlob(url, bytes) {
  const begun = await request(`${url}/blobs/uploads/`, { method: 'POST' });
  const upload = new URL(begun.headers.get('location'), url);
  upload.searchParams.set('digest', digestOf(bytes));
  await request(upload, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/octet-stream' } });
}

async function pushManifest(url, reference, mediaType, bytes) {
  await request(`${url}/manifests/${reference}`, {
    method: 'PUT',
    body: bytes,
    headers: { 'content-type': mediaType },
  });
}

async function request(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

function describe(mediaType, bytes) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function digestOf(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function run(file, words) {
  const { status, stdout, stderr, error } = spawnSync(file, words, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${file} ${words.join(' ')}: ${error?.message ?? stderr.toString()}`);
  return stdout;
}
