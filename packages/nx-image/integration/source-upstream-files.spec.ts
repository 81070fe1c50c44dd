import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchCommit } from '../src/source/upstream/fetch-commit';
import { listUpstream, type UpstreamInput } from '../src/source/upstream/list-upstream';
import { materialiseUpstream } from '../src/source/upstream/materialise-upstream';
import { readUpstreamFile } from '../src/source/upstream/read-upstream-file';
import { gitIn, type RepositoryFiles } from '../testing/git-repository';
import { serveUpstreams } from '../testing/serve-upstreams';

const { base, git, newRepository, started } = serveUpstreams();

/** The listing of a commit of these files. */
async function list(files: RepositoryFiles, more: Partial<UpstreamInput> = {}) {
  const repository = newRepository(files);
  const commit = repository.git('rev-parse', 'main');
  const access = { ...git, repo: repository.url, store: repository.store, commit };
  await fetchCommit({ ...access, name: undefined });
  return listUpstream({ ...access, contextPath: '.', dockerfilePath: 'Dockerfile', ...more });
}

describe('listUpstream', () => {
  const paths = async (files: RepositoryFiles, more: Partial<UpstreamInput> = {}) =>
    (await list(files, more)).entries.map(({ path }) => path);

  it('lists files, modes, links and sizes', async () => {
    const listing = await list({ Dockerfile: 'FROM x', 'bin/run': { executable: 'x' }, l: { link: 'bin/run' } });
    const of = (text: string) =>
      `git:${execFileSync('git', ['hash-object', '--stdin'], { input: text }).toString().trim()}`;
    expect(listing.entries).toEqual([
      { path: 'Dockerfile', kind: 'file', content: of('FROM x') },
      { path: 'bin/run', kind: 'executable', content: of('x') },
      { path: 'l', kind: 'symlink', content: 'bin/run' },
    ]);
    expect(listing.size).toBe(7);
    expect(listing).not.toHaveProperty('notes');
  });

  it('is of the context’s directory, with the ignore file that counts', async () => {
    const files = {
      'deploy/Dockerfile': '',
      'src/.dockerignore': 'a\n',
      'src/a': '',
      'src/b': '',
      'src/c/d': '',
    };
    const more = { contextPath: './src/', dockerfilePath: 'deploy/Dockerfile' };
    expect(await paths(files, more)).toEqual(['.dockerignore', 'b', 'c/d']);
    expect(await paths({ ...files, 'deploy/Dockerfile.dockerignore': 'c' }, more)).toEqual(['.dockerignore', 'a', 'b']);
    const dockerignore = { text: '*\n!b', file: 'image/Dockerfile.dockerignore' };
    expect(await paths(files, { ...more, dockerignore })).toEqual(['b']);
  });

  it('says that the context is missing or outside', async () => {
    await expect(list({ a: '' }, { contextPath: 'a' })).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
    await expect(list({ a: '' }, { contextPath: 'no' })).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
    await expect(list({ a: '' }, { contextPath: '../a' })).rejects.toMatchObject({ code: 'CONTEXT_ESCAPES' });
  });

  it('keeps links as links, wherever they lead', async () => {
    const targets = ['../x', '/etc/passwd', 'd/../../x', 'dot/..', 'nowhere'];
    const files = Object.fromEntries(targets.map((link, index) => [`l${index}`, { link }]));
    const { entries } = await list({ 'd/f': '', dot: { link: '.' }, ...files });
    expect(entries.filter(({ path }) => path.startsWith('l')).map(({ content }) => content)).toEqual(targets);
  });

  it.each([['x'.repeat(4096)], ['a\0b'], ['']])('refuses a link that no file system takes', async (link) => {
    await expect(list({ l: { link } })).rejects.toMatchObject({ code: 'CONTEXT_UNSUPPORTED' });
    expect(await paths({ l: { link }, '.dockerignore': 'l' })).toEqual(['.dockerignore']);
  });

  it('refuses pointers of Git LFS, by name and number, unless they are ignored', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
    const attributes = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
    const files = { '.gitattributes': attributes, 'a.bin': pointer, 'b.bin': 'real' };
    const refusal = (names: RegExp) => ({
      code: 'CONTEXT_LFS_POINTERS',
      message: expect.stringMatching(names) as string,
    });
    await expect(list(files)).rejects.toMatchObject(refusal(/^`a\.bin` of .* is a Git LFS pointer/));
    const many = Object.fromEntries(['1', '2', '3', '4', '5'].map((name) => [`${name}.bin`, pointer]));
    const [three, all] = [
      /^`1\.bin`, `2\.bin`, `3\.bin` and 2 more of .* are/,
      { '.gitattributes': attributes, ...many },
    ];
    await expect(list(all)).rejects.toMatchObject(refusal(three));
    const below = list({ '.gitattributes': attributes, 'c/d/a.bin': pointer }, { contextPath: 'c/d' });
    await expect(below).rejects.toMatchObject(refusal(/`a\.bin`/));
    const dockerignore = { text: 'a.bin', file: 'image/.dockerignore' };
    expect((await list(files, { dockerignore })).entries).toHaveLength(2);
    expect((await list({ ...files, 'a.bin': 'real' })).entries).toHaveLength(3);
    // Without attributes that say so it is a file as any other: git itself would leave it as it is.
    expect((await list({ 'a.bin': pointer })).entries).toHaveLength(1);
  });

  it('refuses trees that git itself would not check out', async () => {
    const repository = newRepository({ a: 'x' });
    const blob = repository.git('rev-parse', 'main:a');
    const tree = (...entries: readonly (readonly [mode: string, name: string, id: string])[]) => {
      const parts = entries.map(([mode, name, id]) =>
        Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
      );
      return gitIn(
        repository.directory,
        ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'],
        Buffer.concat(parts),
      );
    };
    const linkBlob = gitIn(repository.directory, ['hash-object', '-w', '--stdin'], 'b');
    const listing = async (id: string) => {
      const commit = repository.git('commit-tree', '-m', 'x', id);
      repository.git('update-ref', 'refs/heads/evil', commit);
      const access = { ...git, repo: repository.url, store: repository.store, commit };
      await fetchCommit({ ...access, name: undefined });
      return listUpstream({ ...access, contextPath: '.', dockerfilePath: undefined });
    };
    const inner = tree(['100644', 'evil', blob]);
    await expect(listing(tree(['40000', '..', inner]))).rejects.toMatchObject({ code: 'CONTEXT_ESCAPES' });
    expect((await listing(tree(['40000', '.git', inner], ['100644', 'a', blob]))).entries).toHaveLength(1);
    const twice = tree(['120000', 'a', linkBlob], ['40000', 'a', inner]);
    await expect(listing(twice)).rejects.toMatchObject({ code: 'CONTEXT_ESCAPES' });
    const raw = Buffer.concat([
      Buffer.from('100644 '),
      Buffer.from([0xff]),
      Buffer.from('\0'),
      Buffer.from(blob, 'hex'),
    ]);
    const latin = gitIn(repository.directory, ['hash-object', '-t', 'tree', '-w', '--stdin'], raw);
    await expect(listing(latin)).rejects.toMatchObject({ code: 'CONTEXT_UNSUPPORTED' });
  });
});

describe('readUpstreamFile', () => {
  it('reads files, follows links inside, and knows what is not there', async () => {
    const repository = newRepository({
      Dockerfile: { link: 'docker/Dockerfile.alpine' },
      'docker/Dockerfile.alpine': 'FROM alpine\n',
      'docker/up': { link: '../Dockerfile' },
      out: { link: '../Dockerfile' },
      circle: { link: 'circle' },
      '*': 'star',
    });
    const commit = repository.git('rev-parse', 'main');
    const access = { ...git, repo: repository.url, store: repository.store, commit };
    await fetchCommit({ ...access, name: undefined });
    const read = async (path: string) => (await readUpstreamFile({ ...access, path }))?.toString();
    expect(await read('Dockerfile')).toBe('FROM alpine\n');
    expect(await read('./docker/up')).toBe('FROM alpine\n');
    expect(await read('*')).toBe('star');
    for (const path of ['none', 'docker', 'circle', 'Dockerfile/x', '-x', ':(top)Dockerfile']) {
      expect(await read(path)).toBeUndefined();
    }
    for (const path of ['out', '../x', '/etc/passwd']) {
      await expect(read(path)).rejects.toMatchObject({ code: 'CONTEXT_ESCAPES' });
    }
  });
});

describe('materialiseUpstream', () => {
  it('writes bytes as they are in the commit, no attribute applied', async () => {
    const large = Buffer.alloc(3_000_000, 'ab\n');
    const files: RepositoryFiles = {
      '.gitattributes': '* text eol=crlf ident\nsecret export-ignore\n*.bin filter=lfs\n',
      text: 'one\ntwo $Id$\n',
      empty: '',
      secret: 's',
      'd/large.bin': large,
      'd/same': 'one\ntwo $Id$\n',
      'd/new\nline': { executable: 'x' },
      l: { link: 'd/large.bin' },
    };
    const repository = newRepository(files);
    const access = {
      ...git,
      repo: repository.url,
      store: repository.store,
      commit: repository.git('rev-parse', 'main'),
    };
    await fetchCommit({ ...access, name: undefined });
    const listing = await listUpstream({ ...access, contextPath: '.', dockerfilePath: 'Dockerfile' });
    const to = join(base, 'contexts');
    const [path, again] = await Promise.all([1, 2].map(() => materialiseUpstream({ ...access, listing, to })));
    expect(again).toBe(path);
    const read = (name: string) => readFileSync(join(path ?? '', name));
    expect(read('text').toString()).toBe('one\ntwo $Id$\n');
    expect(read('d/same').toString()).toBe('one\ntwo $Id$\n');
    expect(read('empty')).toHaveLength(0);
    expect(read('secret').toString()).toBe('s');
    expect(read('l').equals(large)).toBe(true);
    expect(lstatSync(join(path ?? '', 'd/new\nline')).mode & 0o777).toBe(0o755);
    expect(lstatSync(join(path ?? '', 'text')).mode & 0o777).toBe(0o644);
    started.length = 0;
    await materialiseUpstream({ ...access, listing, to });
    expect(started).toEqual([]);
  });
});
