import { gunzipSync } from 'node:zlib';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

export interface Manifest {
  readonly mediaType: string;
  readonly manifests?: readonly Descriptor[];
  readonly layers?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

const MEDIA_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** e_machine of an ELF header: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const MACHINES: Readonly<Record<number, string>> = { 62: 'amd64', 183: 'arm64' };

/** One repository as anybody sees it who asks the registry: nothing of hephy's is used. */
export class RegistryView {
  /** @param repository `host:port/path` */
  constructor(readonly repository: string) {}

  async tags(): Promise<string[]> {
    const response = await this.get('tags/list?n=1000');
    if (response.status === 404) return [];
    return (((await response.json()) as { tags: string[] | null }).tags ?? []).sort();
  }

  /** All tags and what they point at: equal before and after where nothing moved. */
  async snapshot(): Promise<Readonly<Record<string, string>>> {
    const entries = (await this.tags()).map(async (tag) => [tag, await this.digest(tag)] as const);
    return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
  }

  async digest(reference: string): Promise<string | undefined> {
    const response = await this.get(`manifests/${reference}`);
    await response.arrayBuffer();
    return response.ok ? (response.headers.get('docker-content-digest') ?? undefined) : undefined;
  }

  async manifest(reference: string): Promise<Manifest> {
    const response = await this.get(`manifests/${reference}`);
    if (!response.ok) throw new Error(`${this.repository} has no ${reference}: ${response.status}`);
    return (await response.json()) as Manifest;
  }

  async hasBlob(digest: string): Promise<boolean> {
    const response = await this.get(`blobs/${digest}`);
    await response.body?.cancel();
    return response.ok;
  }

  /** What the config of one platform's image says of its architecture. */
  async architecture(reference: string): Promise<string | undefined> {
    const { config } = await this.manifest(reference);
    const response = await this.get(`blobs/${config?.digest ?? ''}`);
    return response.ok ? ((await response.json()) as { architecture: string }).architecture : undefined;
  }

  async platforms(reference: string): Promise<string[]> {
    const { manifests } = await this.manifest(reference);
    return (manifests ?? []).map(({ platform }) =>
      [platform?.os, platform?.architecture, platform?.variant].filter((part) => part !== undefined).join('/'),
    );
  }

  /** The digest of a platform's image. */
  async childOf(index: string, architecture: string): Promise<string> {
    const { manifests } = await this.manifest(index);
    const child = manifests?.find(({ platform }) => platform?.architecture === architecture);
    if (child === undefined) throw new Error(`${index} has no ${architecture}`);
    return child.digest;
  }

  /** For which architectures the ELF files of a platform's image are. */
  async elfMachines(index: string, architecture: string): Promise<Readonly<Record<string, string>>> {
    return this.elfMachinesOf(await this.childOf(index, architecture));
  }

  /** For which architectures the ELF files of one platform's image are. */
  async elfMachinesOf(reference: string): Promise<Readonly<Record<string, string>>> {
    const machines: Record<string, string> = {};
    for (const layer of await this.layers(reference)) {
      for (const [path, content] of listFiles(layer)) {
        if (content.length < 20 || content.readUInt32BE(0) !== 0x7f454c46) continue;
        machines[path] = MACHINES[content.readUInt16LE(18)] ?? 'unknown';
      }
    }
    return machines;
  }

  /** A regular file of one platform's image, as its topmost layer has it. */
  async file(reference: string, path: string): Promise<string | undefined> {
    const files = (await this.layers(reference)).flatMap(listFiles);
    return files.findLast(([name]) => name === path)?.[1].toString();
  }

  /** Tars, the lowest first. */
  async layers(reference: string): Promise<Buffer[]> {
    const { layers = [] } = await this.manifest(reference);
    const tars: Buffer[] = [];
    for (const layer of layers) {
      const response = await this.get(`blobs/${layer.digest}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      tars.push(layer.mediaType.endsWith('gzip') ? gunzipSync(bytes) : bytes);
    }
    return tars;
  }

  private get(path: string): Promise<Response> {
    const slash = this.repository.indexOf('/');
    const url = `http://${this.repository.slice(0, slash)}/v2/${this.repository.slice(slash + 1)}/${path}`;
    return fetch(url, { headers: { accept: `${MEDIA_TYPES}, */*` } });
  }
}

/** Regular files of a tar: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function listFiles(tar: Buffer): [string, Buffer][] {
  const files: [string, Buffer][] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const field = (from: number, length: number) =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 12).trim() || '0', 8);
    const type = field(156, 1);
    if (type === '0' || type === '') files.push([field(0, 100), tar.subarray(at + 512, at + 512 + size)]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
