import { gzipSync } from 'node:zlib';
import { elfFile } from '../../../testing/elf-files';
import { gnuLong, tarEntries, tarFile } from '../../../testing/tar-files';
import { HephyError } from '../../errors/hephy-error';
import { digestOf } from '../../oci/digest';
import { readLayer } from './read-layer';

const DIGEST = digestOf('layer');

async function* stream(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

const TAR = tarFile([
  { path: 'usr/bin/', type: 'Directory' },
  { path: './usr/bin/app', content: elfFile('arm64', '/lib/ld.so'), mode: 0o755 },
  { path: '/usr//bin/../run.sh', content: '#! /bin/sh -e\necho', mode: 0o755 },
  { path: 'usr/bin/none', mode: 0o755 },
  { path: 'usr/bin/data', content: elfFile('amd64') },
  { path: 'bin', link: 'usr/bin' },
  { path: 'usr/bin/same', link: 'usr/bin/app', type: 'Link' },
  { path: '../../up', content: 'x', mode: 0o111 },
  { path: 'etc/.wh.passwd' },
  { path: 'var/.wh..wh..opq' },
]);
const LAYER = {
  files: new Map<string, unknown>([
    ['/usr/bin/app', { kind: 'elf', architecture: 'arm64', interpreter: '/lib/ld.so' }],
    ['/usr/run.sh', { kind: 'script', interpreter: '/bin/sh -e' }],
    ['/usr/bin/none', { kind: 'other' }],
    ['/bin', { kind: 'symlink', target: 'usr/bin' }],
    ['/usr/bin/same', { kind: 'hard link', target: '/usr/bin/app' }],
    ['/up', { kind: 'other' }],
  ]),
  removed: new Set(['/etc/passwd']),
  emptied: new Set(['/var']),
};

test('executables, links and whiteouts of a layer', async () => {
  expect(await readLayer(stream(gzipSync(TAR)), DIGEST)).toEqual(LAYER);
});

test('in small chunks, not compressed, in two gzip members', async () => {
  const zipped = gzipSync(TAR);
  const bytes = Array.from(zipped, (_, index) => zipped.subarray(index, index + 1));
  expect(await readLayer(stream(...bytes), DIGEST)).toEqual(LAYER);
  expect(await readLayer(stream(TAR), DIGEST)).toEqual(LAYER);
  const members = [gzipSync(TAR.subarray(0, 1000)), gzipSync(TAR.subarray(1000))];
  expect(await readLayer(stream(Buffer.concat(members)), DIGEST)).toEqual(LAYER);
});

test('an empty layer', async () => {
  const empty = { files: new Map(), removed: new Set(), emptied: new Set() };
  expect(await readLayer(stream(gzipSync(Buffer.alloc(1024))), DIGEST)).toEqual(empty);
  expect(await readLayer(stream(), DIGEST)).toEqual(empty);
});

test('a later entry takes the place of an earlier one', async () => {
  const tar = tarFile([
    { path: 'a', content: elfFile('amd64'), mode: 0o755 },
    { path: 'a', content: 'data' },
    { path: 'b', link: 'a' },
    { path: 'b', content: elfFile('arm64'), mode: 0o755 },
  ]);
  const { files } = await readLayer(stream(tar), DIGEST);
  expect([...files]).toEqual([['/b', { kind: 'elf', architecture: 'arm64' }]]);
});

test('zstd is read to its end and noted, where Node cannot unpack it', async () => {
  const read = { ended: false };
  async function* zstd(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2]));
    read.ended = true;
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const unpacks = major > 22 || (major === 22 && minor >= 15);
  const outcome = await readLayer(zstd(), DIGEST).catch((error: unknown) => error);
  if (unpacks) expect(outcome).toMatchObject({ code: 'IMAGE_UNREADABLE' });
  else expect(outcome).toMatchObject({ note: `${DIGEST} (7 bytes of zstd) was not looked into` });
  expect(read.ended || unpacks).toBe(true);
});

test.each([
  ['gzip cut off', gzipSync(TAR).subarray(0, -20)],
  ['gzip damaged', Buffer.concat([gzipSync(TAR).subarray(0, 60), Buffer.alloc(60)])],
  ['no tar', gzipSync('x'.repeat(5000))],
  ['a tar cut off', TAR.subarray(0, 700)],
])('%s is an error of the image', async (_, bytes) => {
  await expect(readLayer(stream(bytes), DIGEST)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
});

test('what goes wrong with the stream is not the layer’s fault', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(gzipSync(TAR).subarray(0, 50));
    throw new HephyError('REGISTRY_ERROR', 'connection lost');
  }
  await expect(readLayer(broken(), DIGEST)).rejects.toMatchObject({ code: 'REGISTRY_ERROR' });
});

test('a million files that are not executable are not kept', async () => {
  const block = tarEntries(
    Array.from({ length: 1000 }, (_, index) => ({ path: `some/directory/file-${index}`, content: 'x' })),
  );
  const started = process.memoryUsage().heapUsed;
  const layer = await readLayer(stream(...Array.from({ length: 300 }, () => block)), DIGEST);
  expect(layer.files.size).toBe(0);
  expect(process.memoryUsage().heapUsed - started).toBeLessThan(100 * 1024 * 1024);
});

test('links without end are not all kept, and that is noted', async () => {
  const tars = Array.from({ length: 12_000 }, (_, index) =>
    Buffer.concat([gnuLong('L', `${index}/${'x'.repeat(4000)}`), tarEntries([{ path: 'x', link: 'y' }])]),
  );
  const layer = await readLayer(stream(...tars), DIGEST);
  expect(layer.files.size).toBeGreaterThan(8000);
  expect(layer.files.size).toBeLessThan(9000);
  expect(layer.note).toMatch(/has so many executables and links that not all were looked at/);
});

test('paths that no kernel takes are not kept', async () => {
  const tar = Buffer.concat([gnuLong('L', 'a/'.repeat(200_000)), tarFile([{ path: 'x', link: 'y' }])]);
  expect((await readLayer(stream(tar), DIGEST)).files.size).toBe(0);
});
