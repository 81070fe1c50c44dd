import { gunzipSync } from 'node:zlib';
import { Parser } from 'tar';
import type { ImageConfig, Manifest } from '../src/oci/manifest';

export interface LayerEntry {
  /** Without leading and closing slashes. */
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

export interface ReadImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly (readonly LayerEntry[])[];
}

/** An image as a registry has it, every file of every layer. */
export async function readImage(host: string, path: string, reference: string): Promise<ReadImage> {
  const get = async (what: string): Promise<Response> => {
    const response = await fetch(`http://${host}/v2/${path}/${what}`, {
      headers: {
        accept:
          'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/octet-stream',
      },
    });
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    return response;
  };
  const response = await get(`manifests/${reference}`);
  const manifest = (await response.json()) as Manifest;
  const config = (await (await get(`blobs/${manifest.config.digest}`)).json()) as ImageConfig;
  const layers: (readonly LayerEntry[])[] = [];
  for (const { digest } of manifest.layers) {
    layers.push(readTar(gunzipSync(await (await get(`blobs/${digest}`)).arrayBuffer())));
  }
  return {
    digest: response.headers.get('docker-content-digest') ?? '',
    mediaType: response.headers.get('content-type') ?? '',
    manifest,
    config,
    layers,
  };
}

function readTar(bytes: Buffer): readonly LayerEntry[] {
  const entries: LayerEntry[] = [];
  const parser = new Parser({
    sync: true,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => {
        const path = entry.path.replace(/^\.?\/+|\/+$/g, '');
        entries.push({ path, mode: entry.mode ?? 0, content: Buffer.concat(chunks).toString('latin1') });
      });
    },
  });
  parser.end(bytes);
  return entries;
}
