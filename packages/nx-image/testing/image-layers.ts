import { gunzipSync } from 'node:zlib';
import { Parser } from 'tar';
import type { ImageConfig, Manifest } from '../src/oci/manifest';

export interface LayerEntry {
  /** Without leading and closing slashes. */
  readonly path: string;
  readonly mode: number;
  readonly content: string;
  /** As `tar` names it: File, Directory, SymbolicLink, Link … */
  readonly type: string;
  /** Where a link points; undefined: it is none. */
  readonly link?: string;
  readonly uid: number;
  readonly gid: number;
}

export interface ReadImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly (readonly LayerEntry[])[];
}

/** By digest: what is built FROM the same base has its layers. */
const LAYERS = new Map<string, readonly LayerEntry[]>();

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
    const entries = LAYERS.get(digest) ?? readTar(gunzipSync(await (await get(`blobs/${digest}`)).arrayBuffer()));
    LAYERS.set(digest, entries);
    layers.push(entries);
  }
  return {
    digest: response.headers.get('docker-content-digest') ?? '',
    mediaType: response.headers.get('content-type') ?? '',
    manifest,
    config,
    layers,
  };
}

/** What a container sees of the layers: whiteouts applied, hard links with the content of what they link to. */
export function flattenLayers(layers: readonly (readonly LayerEntry[])[]): ReadonlyMap<string, LayerEntry> {
  const files = new Map<string, LayerEntry>();
  const removeBelow = (path: string): void => {
    for (const one of [...files.keys()]) if (one.startsWith(`${path}/`)) files.delete(one);
  };
  for (const layer of layers) {
    for (const { path } of layer) {
      const [, directory = '', name = ''] = /^(?:(.*)\/)?\.wh\.(.*)$/.exec(path) ?? [];
      if (name === '.wh..opq') removeBelow(directory);
      else if (name !== '') {
        const gone = directory === '' ? name : `${directory}/${name}`;
        files.delete(gone);
        removeBelow(gone);
      }
    }
    for (const entry of layer) {
      if (/(?:^|\/)\.wh\./.test(entry.path)) continue;
      if (entry.type !== 'Directory') removeBelow(entry.path);
      const linked = entry.type === 'Link' ? files.get((entry.link ?? '').replace(/^\.?\/+/, '')) : undefined;
      files.set(entry.path, linked === undefined ? entry : { ...linked, path: entry.path });
    }
  }
  return files;
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
        const { type, mode = 0, linkpath = '', uid = 0, gid = 0 } = entry;
        const content = Buffer.concat(chunks).toString('latin1');
        entries.push({ path, mode, content, type, uid, gid, ...(linkpath === '' ? {} : { link: linkpath }) });
      });
    },
  });
  parser.end(bytes);
  return entries;
}
