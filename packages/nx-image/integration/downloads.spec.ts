import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readDockerfile } from '../src/dockerfile/read-dockerfile';
import type { Manifest } from '../src/oci/manifest';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { downloadFile } from '../src/registry/client/download-file';
import { copyDownloads } from '../src/run/copy-downloads';
import { factsOf } from '../testing/facts';
import { startHttpServer, type TestHttpServer } from '../testing/http-server';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

const CONTENT = Buffer.from('#!/bin/sh\necho hello\n'.repeat(1000));
const SUM = createHash('sha256').update(CONTENT).digest('hex');
const PLATFORM = { os: 'linux', architecture: 'arm64' };
const { signal } = new AbortController();

let registry: TestRegistry;
let files: TestHttpServer;
let busy: number;

beforeAll(async () => {
  registry = await startRegistry();
  files = await startHttpServer(({ url = '' }, response) => {
    if (url === '/tool') response.end(CONTENT);
    else if (url === '/moved') response.writeHead(302, { location: '/elsewhere/../tool' }).end();
    else if (url === '/round') response.writeHead(302, { location: '/round' }).end();
    else if (url === '/ftp') response.writeHead(302, { location: 'ftp://127.0.0.1/tool' }).end();
    else if (url === '/busy' && busy-- > 0) response.writeHead(503).end();
    else if (url === '/busy') response.end(CONTENT);
    else response.writeHead(404).end('not here');
  });
});
afterAll(() => Promise.all([registry.stop(), files.stop()]));

describe('a download', () => {
  const download = (path: string, limit = 2 ** 20, notes: string[] = []) =>
    downloadFile(`http://${files.host}${path}`, limit, { env: {}, onNote: (note) => notes.push(note) });

  it('follows redirects, and asks a busy server again', async () => {
    expect(Buffer.from(await download('/moved'))).toEqual(CONTENT);
    busy = 1;
    const notes: string[] = [];
    expect(Buffer.from(await download('/busy', 2 ** 20, notes))).toEqual(CONTENT);
    expect(notes).toEqual([expect.stringContaining('HTTP 503; retry 1 of 3')]);
  });

  it.each([
    ['a file that is not there', '/other', 2 ** 20, /^GET http:.*\/other: HTTP 404$/],
    ['a file that is too long', '/tool', 100, /longer than 100 bytes/],
    ['redirects without end', '/round', 2 ** 20, /redirect/],
    ['a redirect to another kind of address', '/ftp', 2 ** 20, /HTTP 302$/],
  ])('of %s fails', async (_what, path, limit, message) => {
    await expect(download(path, limit)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(message) as string,
    });
  });

  it('from nobody fails', async () => {
    await expect(downloadFile('http://127.0.0.1:1/x', 1, { env: {} })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});

describe('ADD --checksum', () => {
  const copy = (sum: string) => {
    const text = `FROM scratch\nADD --checksum=sha256:${sum} --chmod=755 http://${files.host}/tool /opt/\n`;
    const dockerfile = readDockerfile(text, { path: 'Dockerfile', args: new Map(), builder: 'kaniko' });
    const repository = { registry: registry.host, path: 'team/images' };
    const client = createRegistryClient({
      credentials: {
        credentialOf: () => Promise.resolve(undefined),
        helperOf: () => Promise.resolve(undefined),
        secrets: () => [],
      },
      env: {},
    });
    return copyDownloads(
      { registry: client, facts: factsOf({ repository }), env: {}, signal },
      { image: 'web', platform: PLATFORM, dockerfile, pins: [], pinnedDockerfile: text },
    );
  };

  it('becomes a COPY of what was verified, which lies in the repository without a tag, the same each time', async () => {
    const text = await copy(SUM);
    const [, digest] =
      /^FROM scratch\nCOPY --from=localhost:\d+\/team\/images@(sha256:[0-9a-f]{64}) --chmod=755 \/tool \/opt\/\n$/.exec(
        text,
      ) ?? [];
    expect(digest).toBeDefined();
    expect(await copy(SUM)).toBe(text);
    const get = (what: string) =>
      fetch(`http://${registry.host}/v2/team/images/${what}`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json, */*' },
      });
    const { config, layers } = (await (await get(`manifests/${digest ?? ''}`)).json()) as Manifest;
    expect(await (await get(`blobs/${config.digest}`)).json()).toMatchObject(PLATFORM);
    expect(layers).toHaveLength(1);
    const layer = Buffer.from(await (await get(`blobs/${layers[0]?.digest ?? ''}`)).arrayBuffer());
    const listed = execFileSync('tar', ['--utc', '--numeric-owner', '-tvf', '-'], { input: layer, encoding: 'utf8' });
    expect(listed.replace(/ +/g, ' ')).toBe(`-rw------- 0/0 ${CONTENT.length} 1980-01-02 00:00 tool\n`);
    expect(execFileSync('tar', ['-xOf', '-', 'tool'], { input: layer })).toEqual(CONTENT);
    expect(((await (await get('tags/list')).json()) as { tags?: string[] }).tags ?? []).toEqual([]);
  });

  it('of another file is an error at its line, and nothing is pushed', async () => {
    await expect(copy('0'.repeat(64))).rejects.toMatchObject({
      code: 'DOWNLOAD_WRONG',
      message: `what ADD downloads is sha256:${SUM}, and not sha256:${'0'.repeat(64)} as --checksum says`,
      where: { file: 'Dockerfile', line: 2 },
    });
  });
});
