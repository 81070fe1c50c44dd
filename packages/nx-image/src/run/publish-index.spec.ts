import { factsOf, imageOf } from '../../testing/facts';
import { buildResult, INPUTS, prepareResult } from '../../testing/results';
import { digestOf, type Digest } from '../oci/digest';
import { MediaType } from '../oci/manifest';
import type { Reference } from '../oci/reference';
import { indexKey } from '../plan/plan-index';
import type { RawManifest, RegistryClient } from '../registry/registry';
import { readLast } from './published';
import { publishImage } from './publish-index';
import type { RunContext } from './run-context';

function raw(value: unknown, mediaType: string): RawManifest {
  const bytes = Buffer.from(JSON.stringify(value));
  return { digest: digestOf(bytes), mediaType, bytes };
}

const blob = { mediaType: 'x', digest: `sha256:${'b'.repeat(64)}`, size: 1 };
const child = raw({ schemaVersion: 2, config: blob, layers: [blob] }, MediaType.ociManifest);
const platform = { os: 'linux', architecture: 'amd64' };
const image = imageOf('web', { platforms: [platform] });
const facts = factsOf();
const source = { keys: { 'linux/amd64': INPUTS.key } };
const key = indexKey('web', [{ ...child, platform }], facts, source);

/** Tags and digests of a repository; `onPut` sees each before it is there. */
function contextOver(manifests: Map<string, RawManifest>, onPut: (name: string) => void): RunContext {
  const get = ({ tag, digest }: Reference) => manifests.get(digest ?? tag ?? '');
  const registry: Partial<RegistryClient> = {
    getManifest: (reference) => Promise.resolve(get(reference)),
    headManifest: (reference) => Promise.resolve(get(reference)?.digest),
    hasBlob: () => Promise.resolve(true),
    putManifest: ({ tag, digest }, mediaType, bytes) => {
      const manifest = { digest: digestOf(bytes), mediaType, bytes };
      onPut(tag ?? digest ?? '');
      for (const name of [manifest.digest, tag ?? '']) manifests.set(name, manifest);
      return Promise.resolve(manifest.digest);
    },
  };
  const built = buildResult({
    inputs: INPUTS,
    digest: child.digest,
    manifest: { mediaType: child.mediaType, size: child.bytes.byteLength },
  });
  const prepared = prepareResult({
    context: { digest: child.digest, size: 0, files: 0 },
    dockerfile: { path: 'projects/web/Dockerfile', text: 'FROM scratch\n' },
  });
  return {
    ...{ facts, registry, env: {}, options: { manifestTool: '' }, signal: new AbortController().signal },
    catalog: { verifyTarget: () => undefined },
    rebuilt: new Set<string>(),
    last: (name: string) => readLast(registry as RegistryClient, facts, name),
    results: { build: () => built, prepare: () => prepared },
  } as unknown as RunContext;
}

const tagsOf = (manifests: ReadonlyMap<string, RawManifest>): Record<string, Digest> =>
  Object.fromEntries(
    [...manifests].filter(([name]) => name.startsWith('web-')).map(([tag, { digest }]) => [tag, digest]),
  );

describe('publishImage', () => {
  it('tags the index that it made, its platforms and their certificate', async () => {
    const manifests = new Map<string, RawManifest>([[child.digest, child]]);
    const result = await publishImage(
      contextOver(manifests, () => undefined),
      image,
    );
    expect(result).toMatchObject({ outcome: 'built', versionTag: 'web-20261120-1a2b3c4' });
    expect(manifests.get(`in-${key}`)?.digest).toBe(result.digest);
    expect(tagsOf(manifests)).toEqual({
      'web-20261120-1a2b3c4': result.digest,
      'web-20261120-1a2b3c4-amd64': child.digest,
      'web-latest': result.digest,
    });
  });

  it('takes the index of a run that was faster, so that no fixed tag has two', async () => {
    const annotations = { 'org.opencontainers.image.version': 'web-20261120-1a2b3c4' };
    const theirs = raw(
      {
        schemaVersion: 2,
        manifests: [child].map(({ mediaType, digest }) => ({ mediaType, digest, size: 1, platform })),
        annotations,
      },
      MediaType.ociIndex,
    );
    const manifests = new Map<string, RawManifest>([[child.digest, child]]);
    const context = contextOver(manifests, (name) => {
      if (name === 'web-20261120-1a2b3c4-amd64') manifests.set(`in-${key}`, theirs);
    });
    const result = await publishImage(context, image);
    expect(result).toMatchObject({ outcome: 'reused', digest: theirs.digest });
    expect(manifests.get(`in-${key}`)).toBe(theirs);
    expect(tagsOf(manifests)).toMatchObject({ 'web-20261120-1a2b3c4': theirs.digest, 'web-latest': theirs.digest });
  });

  it('tags no platform of an index that it throws away for one of another run', async () => {
    const annotations = { 'org.opencontainers.image.version': 'web-20261120-7777777' };
    const { mediaType, digest } = child;
    const theirs = raw(
      { schemaVersion: 2, manifests: [{ mediaType, digest, size: 1, platform }], annotations },
      MediaType.ociIndex,
    );
    const manifests = new Map<string, RawManifest>([[child.digest, child]]);
    // The index of this run is put without a tag.
    const context = contextOver(manifests, (name) => {
      if (name.startsWith('sha256:')) manifests.set(`in-${key}`, theirs);
    });
    const result = await publishImage(context, image);
    expect(result).toMatchObject({ outcome: 'reused', digest: theirs.digest });
    expect(tagsOf(manifests)).toEqual({ 'web-20261120-7777777': theirs.digest, 'web-latest': theirs.digest });
  });

  it('says that another run has a platform of its version', async () => {
    const other = raw({ schemaVersion: 2, config: blob, layers: [] }, MediaType.ociManifest);
    const manifests = new Map<string, RawManifest>([[child.digest, child]]);
    const context = contextOver(manifests, (name) => {
      if (name.startsWith('sha256:')) manifests.set('web-20261120-1a2b3c4-amd64', other);
    });
    const result = await publishImage(context, image);
    expect(result).toMatchObject({ outcome: 'built', versionTag: 'web-20261120-1a2b3c4' });
    expect(result.notes).toEqual([expect.stringContaining(`web-20261120-1a2b3c4-amd64 names ${other.digest}`)]);
    expect(manifests.get('web-20261120-1a2b3c4-amd64')).toBe(other);
  });

  it('believes no certificate that names another index', async () => {
    const other = raw({ schemaVersion: 2, manifests: [] }, MediaType.ociIndex);
    const manifests = new Map<string, RawManifest>([
      [child.digest, child],
      [`in-${key}`, other],
    ]);
    const result = await publishImage(
      contextOver(manifests, () => undefined),
      image,
    );
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'INDEX_WRONG' } });
    expect(tagsOf(manifests)).toEqual({});
  });
});
