import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import { fetchCommit } from '../src/source/upstream/fetch-commit';
import type { UpstreamCommit } from '../src/source/upstream/fetch-submodule';
import { listUpstream, type UpstreamListing } from '../src/source/upstream/list-upstream';
import { materialiseUpstream } from '../src/source/upstream/materialise-upstream';
import { resolveRef } from '../src/source/upstream/resolve-ref';
import { gitIn } from '../testing/git-repository';
import { serveGit, type ServedRepository } from '../testing/git-server';
import { commitTree, writeBlob, writeTree } from '../testing/raw-tree';

/** What an upstream of bad will can hold and answer: nothing of it runs, nothing is written but into the stores, and each refusal has its code. */

const { base, newRepository, server } = serveGit();
const canaries = join(base, 'canaries');
const canary = join(canaries, 'ran');
const stores = join(base, 'stores');
beforeAll(() => {
  for (const directory of [canaries, stores, join(base, 'home')]) mkdirSync(directory);
});
afterEach(() => {
  expect(readdirSync(canaries)).toEqual([]);
  expect(readdirSync(base).sort()).toEqual(['canaries', 'home', 'stores']);
  expect(readdirSync(join(base, 'home'))).toEqual([]);
});

/** A user with programs configured for everything that an upstream may name. */
const CONFIG = {
  'filter.evil.smudge': `touch ${canary}`,
  'filter.evil.process': `touch ${canary}`,
  'filter.lfs.smudge': `touch ${canary}`,
  'filter.lfs.process': `touch ${canary}`,
  'diff.evil.textconv': `touch ${canary}`,
  'merge.evil.driver': `touch ${canary}`,
};
const env: Record<string, string> = {
  PATH: process.env.PATH ?? '',
  HOME: join(base, 'home'),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: String(Object.keys(CONFIG).length),
  ...Object.fromEntries(
    Object.entries(CONFIG).flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
};

async function fetch({ url, git }: ServedRepository, more: Record<string, string> = {}): Promise<UpstreamCommit> {
  const commit = git('rev-parse', 'refs/heads/main');
  const found = { env: { ...env, ...more }, runProcess, store: mkdtempSync(join(stores, 's-')), repo: url, commit };
  await fetchCommit({ ...found, name: undefined });
  return found;
}

async function list(
  repository: ServedRepository,
  dockerignore?: string,
): Promise<{ commit: UpstreamCommit; listing: UpstreamListing }> {
  const commit = await fetch(repository);
  const own = dockerignore === undefined ? {} : { dockerignore: { text: dockerignore, file: 'image/.dockerignore' } };
  return { commit, listing: await listUpstream({ ...commit, contextPath: '.', dockerfilePath: undefined, ...own }) };
}

/** Where the materialised copy is. */
async function materialise(repository: ServedRepository): Promise<string> {
  const { commit, listing } = await list(repository);
  return materialiseUpstream({ ...commit, listing, to: join(stores, 'contexts') });
}

const coded = (code: string, message = '') => ({ code, message: expect.stringContaining(message) as string });

describe('what it holds', () => {
  it('has no attribute applied, no filter, textconv or hook run, whatever the user has configured', async () => {
    const text = 'one\ntwo $Id$ $Format:%H$ ü\n';
    const files = {
      '.gitattributes': '* filter=evil diff=evil merge=evil ident eol=crlf working-tree-encoding=UTF-16 export-subst\n',
      text,
      'hooks/post-checkout': { executable: `#!/bin/sh\ntouch ${canary}\n` },
      '.githooks/post-checkout': { executable: `#!/bin/sh\ntouch ${canary}\n` },
    };
    const path = await materialise(newRepository(files));
    expect(readFileSync(join(path, 'text'), 'utf8')).toBe(text);
    expect(readFileSync(join(path, '.gitattributes'), 'utf8')).toBe(files['.gitattributes']);
  });

  it('is no repository of ours, though it looks like a bare one with programs in its configuration', async () => {
    const config = `[core]\n\tbare = true\n\trepositoryformatversion = 0\n\tfsmonitor = touch ${canary}\n\tsshCommand = touch ${canary}\n\thooksPath = hooks\n\tpager = touch ${canary}\n[includeIf "gitdir:**"]\n\tpath = evil\n[alias]\n\tls-tree = !touch ${canary}\n`;
    const files = {
      HEAD: 'ref: refs/heads/main\n',
      config,
      evil: config,
      'objects/info/alternates': '/\n',
      'refs/heads/main': `${'0'.repeat(40)}\n`,
      'hooks/reference-transaction': { executable: `#!/bin/sh\ntouch ${canary}\n` },
    };
    const path = await materialise(newRepository(files));
    expect(readdirSync(path).sort()).toEqual(['HEAD', 'config', 'evil', 'hooks', 'objects', 'refs']);
  });

  it('has odd names as they are, and nothing of Git’s own', async () => {
    const repository = newRepository({ x: 'content' });
    const blob = repository.git('rev-parse', 'main:x');
    const inner = writeTree(repository, [['100644', 'config', blob]]);
    const odd = [
      '-rf',
      '--output=x',
      '\n',
      'a\nb',
      '\t',
      '\x01\x7f',
      '"',
      '\\',
      '$(touch ran)',
      '`x`',
      ';',
      '*',
      '~',
      ' ',
      '..x',
      '.git2',
      'git~1',
      '.g\u200cit',
      '.git ',
      '.git.',
      'CON',
      'é',
      'e\u0301',
      '\u{1f600}',
    ].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const gits = ['.git', '.GIT', '.Git'];
    commitTree(
      repository,
      writeTree(repository, [
        ...odd.map((name) => ['100644', name, blob] as const),
        ...gits.map((name) => ['40000', name, inner] as const),
        [
          '40000',
          'd',
          writeTree(repository, [
            ['100644', '.git', blob],
            ['40000', '.gIt', inner],
            ['100644', 'f', blob],
          ]),
        ],
      ]),
    );
    const path = await materialise(repository);
    expect(readdirSync(path).sort()).toEqual([...odd, 'd'].sort());
    expect(readdirSync(join(path, 'd'))).toEqual(['f']);
    expect(readFileSync(join(path, '-rf'), 'utf8')).toBe('content');
  });

  it.each([
    ['a part that leads up', (t: Trees) => [['40000', '..', t.inner]] as const, 'CONTEXT_ESCAPES'],
    ['a part that is itself', (t: Trees) => [['40000', '.', t.inner]] as const, 'CONTEXT_ESCAPES'],
    ['a name with slashes that leads up', (t: Trees) => [['100644', '../../ran', t.blob]] as const, 'CONTEXT_ESCAPES'],
    ['a name that is absolute', (t: Trees) => [['100644', '/tmp/ran', t.blob]] as const, 'CONTEXT_ESCAPES'],
    [
      'a link and a directory of one name',
      (t: Trees) =>
        [
          ['120000', 'a', t.link],
          ['40000', 'a', t.inner],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a link and a name with a slash behind it',
      (t: Trees) =>
        [
          ['120000', 'a', t.link],
          ['100644', 'a/evil', t.blob],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a file twice',
      (t: Trees) =>
        [
          ['100644', 'a', t.blob],
          ['100755', 'a', t.blob],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a submodule behind a link (CVE-2024-32002)',
      (t: Trees) =>
        [
          ['120000', 'a', t.link],
          ['160000', 'a/modules', t.blob],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a submodule in the place of a directory',
      (t: Trees) =>
        [
          ['160000', 'a', t.blob],
          ['40000', 'a', t.inner],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a name that is no UTF-8',
      (t: Trees) => [['100644', Buffer.from([0xff]), t.blob]] as const,
      'CONTEXT_UNSUPPORTED',
    ],
    ['a name of 4096 bytes', (t: Trees) => [['100644', 'x'.repeat(4096), t.blob]] as const, 'CONTEXT_UNSUPPORTED'],
    ['a link to nothing', (t: Trees) => [['120000', 'a', t.empty]] as const, 'CONTEXT_UNSUPPORTED'],
  ])('%s is refused', async (_, entries, code) => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const trees = {
      blob,
      inner: writeTree(repository, [['100644', 'evil', blob]]),
      link: writeBlob(repository, canaries),
      empty: writeBlob(repository, ''),
    };
    commitTree(repository, writeTree(repository, entries(trees)));
    await expect(list(repository)).rejects.toMatchObject(coded(code));
  });

  it('may have names that no file system takes where they are ignored', async () => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const names = [Buffer.from([0xff]), Buffer.from('x'.repeat(300))];
    const odd = writeTree(
      repository,
      names.map((name) => ['100644', name, blob] as const),
    );
    commitTree(
      repository,
      writeTree(repository, [
        ['100644', 'a', blob],
        ['40000', 'odd', odd],
      ]),
    );
    await expect(list(repository)).rejects.toMatchObject(coded('CONTEXT_UNSUPPORTED'));
    expect((await list(repository, 'odd')).listing.entries.map(({ path }) => path)).toEqual(['a']);
  });

  it('may be ten trees in ten trees in ten trees, and is refused before it fills the memory', async () => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const names = Array.from({ length: 10 }, (_, index) => `${index}${'x'.repeat(200)}`);
    let tree = writeTree(
      repository,
      names.map((name) => ['100644', name, blob] as const),
    );
    for (let level = 0; level < 9; level++)
      tree = writeTree(
        repository,
        names.map((name) => ['40000', name, tree] as const),
      );
    commitTree(repository, tree);
    await expect(list(repository)).rejects.toMatchObject(coded('CONTEXT_UNSUPPORTED', 'larger than any context'));
  });

  it.each([1000, 5000])('may be %d directories deep', async (depth) => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const files = Buffer.from(
      `commit refs/heads/main\ncommitter T <t@localhost> 1 +0000\ndata 1\nx\nM 100644 ${blob} ${'deep/'.repeat(depth)}f\n`,
    );
    gitIn(repository.directory, ['-c', 'core.maxTreeDepth=100000', 'fast-import', '--quiet', '--force'], files);
    await expect(list(repository)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:CONTEXT|UPSTREAM)_/) as string,
    });
  });

  it('may have 100,000 files', async () => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const name = (index: number) => String(index).padStart(3, '0');
    const names = (most: number) => Array.from({ length: most }, (_, index) => name(index));
    const hundred = writeTree(
      repository,
      names(100).map((one) => ['100644', one, blob] as const),
    );
    commitTree(
      repository,
      writeTree(
        repository,
        names(1000).map((one) => ['40000', one, hundred] as const),
      ),
    );
    const { listing } = await list(repository, '**/*7\n[0-4]*\n!000\n');
    expect(listing.entries).toHaveLength(450 * 90 + 100);
  });

  it('may have a blob that is larger than what we keep in memory', async () => {
    const repository = newRepository();
    const size = 100 * 2 ** 20;
    const blob = writeBlob(repository, Buffer.alloc(size));
    commitTree(repository, writeTree(repository, [['100644', 'large', blob]]));
    const { commit, listing } = await list(repository);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 20);
    const path = await materialiseUpstream({ ...commit, listing, to: join(stores, 'contexts') });
    clearInterval(watch);
    expect(lstatSync(join(path, 'large')).size).toBe(size);
    expect(most).toBeLessThan(90 * 2 ** 20);
  });

  it('may have ignore files that take a regular expression for ever', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${'a/'.repeat(40)}${index}`, '']));
    const dockerignore = `${'**/*a'.repeat(50)}b\n`.repeat(20);
    const { listing } = await list(newRepository({ ...files, '.dockerignore': dockerignore }));
    expect(listing.entries).toHaveLength(201);
    const patterns = newRepository({ ...files, '.dockerignore': 'a\n'.repeat(10_000) });
    await expect(list(patterns)).rejects.toMatchObject(coded('CONTEXT_IGNORE_INVALID'));
  });
});

interface Trees {
  readonly blob: string;
  readonly inner: string;
  readonly link: string;
  readonly empty: string;
}

describe('what it answers', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const http = createServer(listener);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    });
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}/x`;
  }

  const slow = { GIT_HTTP_LOW_SPEED_TIME: '1' };
  const ask = async (repo: string) => {
    const access = { env: { ...env, ...slow }, runProcess, repo };
    const errors: unknown[] = [];
    for (const ref of ['main', 'no-such'])
      await resolveRef({ ...access, ref }).catch((error: unknown) => errors.push(error));
    const store = mkdtempSync(join(stores, 's-'));
    await fetchCommit({ ...access, store, commit: '0123456789'.repeat(4), name: undefined }).catch((error: unknown) =>
      errors.push(error),
    );
    expect(readdirSync(store).filter((name) => !name.endsWith('.used'))).toEqual([]);
    return errors;
  };
  const head = { 'content-type': 'application/x-git-upload-pack-advertisement' };

  it.each<[string, RequestListener]>([
    ['garbage', (_, response) => response.writeHead(200, head).end(Buffer.alloc(5000, 0xff))],
    ['a page', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>\x1b[2J</html>')],
    ['nothing', (_, response) => response.writeHead(200, head).end()],
    ['half of a packet', (_, response) => response.writeHead(200, head).end('001e# service=git-upload-pack\n0000ffff')],
    ['an error page', (_, response) => response.writeHead(500).end()],
    ['a redirect to a file', (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()],
    ['a redirect to a program', (_, response) => response.writeHead(302, { location: `ext::touch ${canary}` }).end()],
    [
      'redirects without end',
      (request, response) =>
        response.writeHead(302, { location: `http://${request.headers.host ?? ''}/y${request.url ?? ''}` }).end(),
    ],
    ['a closed connection', (_, response) => response.destroy()],
    ['no byte more', (_, response) => response.writeHead(200, head).write('001e# serv')],
  ])('%s is an upstream that cannot be read', async (_, listener) => {
    const errors = await ask(await serve(listener));
    expect(errors).toHaveLength(3);
    for (const error of errors) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^UPSTREAM_/) as string });
      expect((error as Error).message).not.toContain('root:');
    }
  });

  it('refs with odd names are names', async () => {
    const repository = newRepository({ x: 'x' });
    const commit = repository.git('rev-parse', 'main');
    const packed = ['refs/heads/-x', 'refs/heads/$(touch ran)', 'refs/heads/`x`', 'refs/tags/ä;|&', 'refs/heads/maim'];
    writeFileSync(join(repository.directory, 'packed-refs'), packed.map((name) => `${commit} ${name}\n`).join(''));
    expect(await resolveRef({ env, runProcess, repo: repository.url, ref: 'main' })).toMatchObject({ commit });
    await expect(resolveRef({ env, runProcess, repo: repository.url, ref: 'maix' })).rejects.toMatchObject({
      hint: expect.stringContaining('maim') as string,
    });
  });

  it('another hash than SHA-1 is said to be none that is read', async () => {
    const directory = join(server().directory, 'sha256.git');
    gitIn(server().directory, ['init', '-q', '--bare', '--object-format=sha256', '-b', 'main', directory]);
    const tree = gitIn(directory, ['mktree'], '');
    gitIn(directory, ['update-ref', 'refs/heads/main', gitIn(directory, ['commit-tree', '-m', 'x', tree])]);
    const resolving = resolveRef({ env, runProcess, repo: `${server().url}/sha256.git`, ref: 'main' });
    await expect(resolving).rejects.toMatchObject({ code: expect.stringMatching(/^UPSTREAM_/) as string });
  });
});

it('is not led by hooks that the user has for all repositories', async () => {
  const hooks = mkdtempSync(join(stores, 'hooks-'));
  for (const hook of ['post-checkout', 'reference-transaction', 'post-merge', 'post-index-change']) {
    writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${canary}\n`);
    chmodSync(join(hooks, hook), 0o755);
  }
  const index = Object.keys(CONFIG).length;
  const repository = newRepository({ a: 'a' });
  const commit = await fetch(repository, {
    GIT_CONFIG_COUNT: String(index + 1),
    [`GIT_CONFIG_KEY_${index}`]: 'core.hooksPath',
    [`GIT_CONFIG_VALUE_${index}`]: hooks,
  });
  expect((await listUpstream({ ...commit, contextPath: '.', dockerfilePath: undefined })).entries).toHaveLength(1);
  expect(existsSync(canary)).toBe(false);
});
