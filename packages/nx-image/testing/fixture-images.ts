import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { digestOf, type Digest } from '../src/oci/digest';
import { MediaType, type Descriptor } from '../src/oci/manifest';
import { parsePlatform, type Platform } from '../src/oci/platform';

/** A file of a layer; mode 0644 unless it says more. `link` makes it a symbolic link instead. */
export type FixtureFile = { readonly content: string | Uint8Array; readonly mode?: number } | { readonly link: string };

export type FixtureFiles = Readonly<Record<string, FixtureFile>>;

export interface FixtureImage {
  /** As `linux/arm64`. */
  readonly platform: string;
  /** The only layer. */
  readonly files?: FixtureFiles;
  /** Several layers instead, the lowest first. */
  readonly layers?: readonly FixtureFiles[];
  /** The image config's `config`: Entrypoint, Cmd, Env, OnBuild … */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the image config says of its platform, where that is a lie. */
  readonly claims?: Partial<Platform>;
  /** Docker's media types instead of OCI's. */
  readonly docker?: boolean;
}

export interface PushedImage {
  /** As an index has it, with the platform. */
  readonly descriptor: Descriptor & { readonly platform: Platform };
  readonly digest: Digest;
  readonly config: Digest;
  readonly layers: readonly Digest[];
}

/** The last push of each repository. */
const pushes = new Map<string, Promise<unknown>>();

/**
 * Pushes an image made by hand: layers, config, manifest; under `tag`, or by its digest alone. The same input, the same digest. To one repository one after the other: while a layer comes again,
 * docker-registry writes in place that it is there, and refuses the manifest of another image that has it.
 */
export function pushImage(
  host: string,
  path: string,
  tag: string | undefined,
  image: FixtureImage,
): Promise<PushedImage> {
  const repository = `${host}/${path}`;
  const push = () => pushNow(host, path, tag, image);
  const pushed = (pushes.get(repository) ?? Promise.resolve()).then(push, push);
  pushes.set(repository, pushed);
  return pushed;
}

async function pushNow(host: string, path: string, tag: string | undefined, image: FixtureImage): Promise<PushedImage> {
  const platform = parsePlatform(image.platform);
  if (platform === undefined) throw new Error(`no platform: ${image.platform}`);
  const tars = (image.layers ?? [image.files ?? {}]).map(packLayer);
  const layers = tars.map((tar) => new Uint8Array(gzipSync(tar, { level: 1 })));
  const config = Buffer.from(
    JSON.stringify({
      ...platform,
      ...image.claims,
      created: '2024-01-01T00:00:00Z',
      config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], ...image.config },
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
      history: tars.map(() => ({ created: '2024-01-01T00:00:00Z', created_by: 'fixture' })),
    }),
  );
  for (const blob of [...layers, config]) await pushBlob(host, path, blob);
  const docker = image.docker === true;
  const mediaType = docker ? MediaType.dockerManifest : MediaType.ociManifest;
  const describe = (type: string, bytes: Uint8Array) => ({
    mediaType: type,
    size: bytes.length,
    digest: digestOf(bytes),
  });
  const layerType = docker
    ? 'application/vnd.docker.image.rootfs.diff.tar.gzip'
    : 'application/vnd.oci.image.layer.v1.tar+gzip';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: describe(docker ? MediaType.dockerConfig : MediaType.ociConfig, config),
      layers: layers.map((layer) => describe(layerType, layer)),
    }),
  );
  const digest = await pushManifest(host, path, tag, mediaType, manifest);
  return {
    descriptor: { mediaType, digest, size: manifest.length, platform },
    digest,
    config: digestOf(config),
    layers: layers.map((layer) => digestOf(layer)),
  };
}

/** Pushes an image index over the descriptors as they are, right or wrong. */
export async function pushIndex(
  host: string,
  path: string,
  tag: string | undefined,
  manifests: readonly Descriptor[],
  options: { readonly annotations?: Readonly<Record<string, string>>; readonly docker?: boolean } = {},
): Promise<Digest> {
  const mediaType = options.docker === true ? MediaType.dockerList : MediaType.ociIndex;
  const { annotations } = options;
  const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests, ...(annotations ? { annotations } : {}) });
  return pushManifest(host, path, tag, mediaType, Buffer.from(index));
}

export async function pushManifest(
  host: string,
  path: string,
  tag: string | undefined,
  mediaType: string,
  bytes: Uint8Array,
): Promise<Digest> {
  const digest = digestOf(bytes);
  await request(`http://${host}/v2/${path}/manifests/${tag ?? digest}`, {
    method: 'PUT',
    headers: { 'content-type': mediaType },
    body: Buffer.from(bytes),
  });
  return digest;
}

export async function pushBlob(host: string, path: string, bytes: Uint8Array): Promise<Digest> {
  const digest = digestOf(bytes);
  const start = await request(`http://${host}/v2/${path}/blobs/uploads/`, { method: 'POST' });
  const upload = new URL(start.headers.get('location') ?? '', `http://${host}`);
  upload.searchParams.set('digest', digest);
  await request(upload.href, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(bytes),
  });
  return digest;
}

/** An uncompressed layer: the files in the order given, owned by root, one fixed time. */
export function packLayer(files: FixtureFiles): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, file]) => {
    const content = 'link' in file ? Buffer.alloc(0) : Buffer.from(file.content);
    const header = Buffer.alloc(512);
    const needsPax = new Header({
      path: path.replace(/^\/+/, ''),
      mode: 'link' in file ? 0o777 : (file.mode ?? 0o644),
      uid: 0,
      gid: 0,
      size: content.length,
      mtime: new Date(1704067200000),
      type: 'link' in file ? 'SymbolicLink' : 'File',
      ...('link' in file ? { linkpath: file.link } : {}),
    }).encode(header, 0);
    if (needsPax) throw new Error(`path too long for a fixture: ${path}`);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${text}`);
  return response;
}
