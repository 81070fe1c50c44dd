import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessSpec } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import type { GitAccess } from '../src/source/run-git';
import { commitPath, fetchCommit } from '../src/source/upstream/fetch-commit';
import { listUpstream, type UpstreamInput } from '../src/source/upstream/list-upstream';
import { materialiseUpstream } from '../src/source/upstream/materialise-upstream';
import { readUpstreamFile } from '../src/source/upstream/read-upstream-file';
import { resolveRef } from '../src/source/upstream/resolve-ref';
import { gitIn, type RepositoryFiles } from '../testing/git-repository';
import { serveGit, type ServedRepository } from '../testing/git-server';

const { base, newRepository: serve, server } = serveGit();

let started: ProcessSpec[] = [];
const env: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1' };
const git: GitAccess = {
  env,
  runProcess: (spec) => {
    started.push(spec);
    return runProcess(spec);
  },
};
beforeEach(() => {
  server().forget();
  server().refuseIds(false);
  server().demand(undefined);
  started = [];
});

function newRepository(files?: RepositoryFiles): ServedRepository & { readonly store: string } {
  const repository = serve(files);
  return { ...repository, store: join(base, repository.name) };
}

/** The listing of a commit of these files. */
async function list(files: RepositoryFiles, more: Partial<UpstreamInput> = {}) {
  const repository = newRepository(files);
  const commit = repository.git('rev-parse', 'main');
  const access = { ...git, repo: repository.url, store: repository.store, commit };
  await fetchCommit({ ...access, name: undefined });
  return listUpstream({ ...access, contextPath: '.', dockerfilePath: 'Dockerfile', ...more });
}

describe('resolveRef', () => {
  it('finds tags, annotated ones peeled, branches, full names and HEAD', async () => {
    const { url: repo, commit, tag } = newRepository({ a: '1' });
    const two = commit({ a: '2' });
    tag('v1', two);
    tag('v2', two, 'annotated');
    const three = commit({ a: '3' }, 'dev/x');
    for (const [ref, id, name] of [
      ['v1', two, 'refs/tags/v1'],
      ['v2', two, 'refs/tags/v2'],
      ['main', two, 'refs/heads/main'],
      ['dev/x', three, 'refs/heads/dev/x'],
      ['refs/heads/dev/x', three, 'refs/heads/dev/x'],
      ['heads/dev/x', three, 'refs/heads/dev/x'],
      ['HEAD', two, 'HEAD'],
    ] as const) {
      expect(await resolveRef({ ...git, repo, ref })).toEqual({ commit: id, name, notes: [] });
    }
  });

  it('takes a commit as it is and asks nobody', async () => {
    const commit = 'ABCDEF0123'.repeat(4);
    expect(await resolveRef({ ...git, repo: 'https://host.invalid/a', ref: commit })).toEqual({
      commit: commit.toLowerCase(),
      name: undefined,
      notes: [],
    });
    expect(started).toEqual([]);
  });

  it('takes the tag where a branch has the same name, and says so', async () => {
    const { url: repo, commit, tag } = newRepository();
    const [branch, tagged] = [commit({ a: '1' }, 'both'), commit({ a: '2' })];
    tag('both', tagged, 'annotated');
    const found = await resolveRef({ ...git, repo, ref: 'both' });
    expect(found).toMatchObject({ commit: tagged, notes: [expect.stringContaining('refs/heads/both') as string] });
    expect(found.commit).not.toBe(branch);
  });

  it('names the nearest refs of a missing one', async () => {
    const repository = newRepository({ a: '1' });
    repository.tag('v1.25.3', repository.git('rev-parse', 'main'), 'annotated');
    await expect(resolveRef({ ...git, repo: repository.url, ref: 'v1.25.4' })).rejects.toMatchObject({
      code: 'UPSTREAM_REF_MISSING',
      hint: 'The nearest that it has: v1.25.3.',
    });
    await expect(resolveRef({ ...git, repo: repository.url, ref: 'abcdef1' })).rejects.toMatchObject({
      code: 'UPSTREAM_REF_MISSING',
      hint: expect.stringContaining('all 40 digits') as string,
    });
  });

  it.each(['-upload-pack=touch x', '--exec=x', 'a b', 'a\nb', 'a\0b', 'v*', '../x', 'x^{}', ''])(
    'gives git no ref %j',
    async (ref) => {
      const resolving = resolveRef({ ...git, repo: `${server().url}/a.git`, ref });
      await expect(resolving).rejects.toMatchObject({ code: 'UPSTREAM_REF_MISSING' });
      expect(started).toEqual([]);
    },
  );

  it.each([
    'ext::sh -c id',
    'ext::id',
    '-oProxyCommand=x',
    'ssh://-oProxyCommand=x/y',
    'https://u:secret@host/a',
    'a\nb',
  ])('gives git no address %j', async (repo) => {
    const resolving = resolveRef({ ...git, repo, ref: 'main' });
    await expect(resolving).rejects.toMatchObject({ code: 'UPSTREAM_URL_INVALID' });
    await expect(resolving).rejects.not.toThrow('secret');
    expect(started).toEqual([]);
  });

  it('does not run ext:: through insteadOf', async () => {
    const mark = join(base, 'ran');
    const rewriting = {
      ...env,
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_1: 'protocol.ext.allow',
      GIT_CONFIG_VALUE_1: 'always',
      GIT_CONFIG_KEY_0: `url.ext::touch ${mark}-.insteadOf`,
      GIT_CONFIG_VALUE_0: 'https://host.invalid/',
    };
    const resolving = resolveRef({ ...git, env: rewriting, repo: 'https://host.invalid/a', ref: 'main' });
    await expect(resolving).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(readdirSync(base).filter((name) => name.startsWith('ran'))).toEqual([]);
  });

  it('says that the upstream does not answer', async () => {
    for (const repo of ['http://127.0.0.1:9/a', `${server().url}/none.git`]) {
      await expect(resolveRef({ ...git, repo, ref: 'main' })).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    }
    server().demand('me:pw');
    const { url } = newRepository({ a: '1' });
    await expect(resolveRef({ ...git, repo: url, ref: 'main' })).rejects.toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      hint: expect.stringContaining('credential') as string,
    });
  });

  it('goes where insteadOf leads, with the user’s credential helper', async () => {
    const repository = newRepository({ a: '1' });
    server().demand('me:pw');
    const user = {
      ...env,
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: `url.${server().url}/.insteadOf`,
      GIT_CONFIG_VALUE_0: 'https://github.com/owner/',
      GIT_CONFIG_KEY_1: 'credential.helper',
      GIT_CONFIG_VALUE_1: '!f() { echo username=me; echo password=pw; }; f',
    };
    const repo = repository.url.replace(server().url, 'https://github.com/owner');
    const { commit, name } = await resolveRef({ ...git, env: user, repo, ref: 'main' });
    expect(commit).toBe(repository.git('rev-parse', 'main'));
    await fetchCommit({ ...git, env: user, store: repository.store, repo, commit, name });
    expect(existsSync(commitPath(repository.store, commit))).toBe(true);
    expect(started.flatMap((spec) => spec.arguments).join(' ')).not.toContain('pw');
  });
});

describe('fetchCommit', () => {
  /** A repository whose main has three commits; the middle one is wanted. */
  function history() {
    const repository = newRepository();
    const [first, wanted] = [repository.commit({ a: '1', b: 'x' }), repository.commit({ a: '2', b: 'x' })];
    return { ...repository, first, wanted, last: repository.commit({ a: '3', b: 'x' }) };
  }

  it('fetches the commit and nothing of its history, once', async () => {
    const { url: repo, store, wanted } = history();
    const input = { ...git, store, repo, commit: wanted, name: 'refs/heads/main' };
    await fetchCommit(input);
    const objects = gitIn(commitPath(store, wanted), [
      'cat-file',
      '--batch-all-objects',
      '--batch-check=%(objecttype)',
    ]);
    expect(objects.split('\n').sort()).toEqual(['blob', 'blob', 'commit', 'tree']);
    expect(existsSync(join(commitPath(store, wanted), 'hooks'))).toBe(false);
    const requests = server().requests.length;
    started = [];
    await fetchCommit(input);
    expect(server().requests).toHaveLength(requests);
    expect(started).toEqual([]);
  });

  it('is done twice at once without harm', async () => {
    const { url: repo, store, wanted, last } = history();
    const commits = [wanted, last, wanted, last];
    await Promise.all(commits.map((commit) => fetchCommit({ ...git, store, repo, commit, name: undefined })));
    expect(readdirSync(store).sort()).toEqual([wanted, last].flatMap((id) => [`${id}.git`, `${id}.git.used`]).sort());
    for (const id of [wanted, last]) expect(gitIn(commitPath(store, id), ['fsck'])).toBe('');
  });

  it('fetches by name what a server does not give by its id', async () => {
    const { url: repo, store, last, tag } = history();
    tag('v1', last, 'annotated');
    server().refuseIds(true);
    tag('moved', last);
    await fetchCommit({ ...git, store, repo, commit: last, name: 'refs/tags/v1' });
    expect((await readUpstreamFile({ ...git, repo, store, commit: last, path: 'a' }))?.toString()).toBe('3');
  });

  it('says what moved, and what a server does not give', async () => {
    const { url: repo, store, wanted, last } = history();
    server().refuseIds(true);
    const moved = fetchCommit({ ...git, store, repo, commit: wanted, name: 'refs/heads/main' });
    await expect(moved).rejects.toMatchObject({
      code: 'UPSTREAM_REF_MISSING',
      message: expect.stringMatching(`refs/heads/main .* moved from ${wanted} to ${last}`) as string,
    });
    const nameless = fetchCommit({ ...git, store, repo, commit: wanted, name: undefined });
    await expect(nameless).rejects.toMatchObject({ code: 'UPSTREAM_REF_MISSING' });
    server().refuseIds(false);
    const unknown = fetchCommit({ ...git, store, repo, commit: '0123456789'.repeat(4), name: undefined });
    await expect(unknown).rejects.toMatchObject({ code: 'UPSTREAM_REF_MISSING' });
    expect(readdirSync(store).filter((name) => !name.endsWith('.used'))).toEqual([]);
  });

  it('says that a tag’s own id is no commit', async () => {
    const { url: repo, store, last, tag, git: run } = history();
    tag('v1', last, 'annotated');
    const fetching = fetchCommit({ ...git, store, repo, commit: run('rev-parse', 'v1'), name: undefined });
    await expect(fetching).rejects.toThrow(`is no commit but a tag of ${last}`);
  });

  it('works where the user’s configuration trusts no bare repository, and runs no hook of theirs', async () => {
    const { url: repo, store, wanted } = history();
    const hook = join(base, 'reference-transaction');
    writeFileSync(hook, `#!/bin/sh\ntouch ${base}/hooked\n`);
    chmodSync(hook, 0o755);
    const user = {
      ...env,
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'safe.bareRepository',
      GIT_CONFIG_VALUE_0: 'explicit',
      GIT_CONFIG_KEY_1: 'core.hooksPath',
      GIT_CONFIG_VALUE_1: base,
    };
    await fetchCommit({ ...git, env: user, store, repo, commit: wanted, name: undefined });
    expect(existsSync(join(base, 'hooked'))).toBe(false);
  });

  it('is stopped by its signal and leaves nothing', async () => {
    const { url: repo, store, wanted } = history();
    const signal = AbortSignal.timeout(1);
    const fetching = fetchCommit({ ...git, signal, store, repo, commit: wanted, name: undefined });
    await expect(fetching).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(readdirSync(store).filter((name) => !name.endsWith('.used'))).toEqual([]);
  });
});

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
    started = [];
    await materialiseUpstream({ ...access, listing, to });
    expect(started).toEqual([]);
  });
});
