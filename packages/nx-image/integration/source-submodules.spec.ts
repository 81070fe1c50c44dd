import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchCommit } from '../src/source/upstream/fetch-commit';
import type { UpstreamCommit } from '../src/source/upstream/fetch-submodule';
import { listUpstream, type UpstreamInput } from '../src/source/upstream/list-upstream';
import { materialiseUpstream } from '../src/source/upstream/materialise-upstream';
import { readUpstreamFile } from '../src/source/upstream/read-upstream-file';
import { type MadeRepository } from '../testing/git-repository';
import { serveUpstreams } from '../testing/serve-upstreams';

const { base, env, git, newRepository, server, started } = serveUpstreams();

const head = (repository: MadeRepository) => repository.git('rev-parse', 'main');

/** The text of `.gitmodules`: URLs by path. */
function gitmodules(urls: Readonly<Record<string, string>>, more = ''): string {
  const sections = Object.entries(urls).map(
    ([path, url]) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n${more}`,
  );
  return sections.join('');
}

async function open(repository: MadeRepository & { readonly url: string }, more = env): Promise<UpstreamCommit> {
  const store = mkdtempSync(join(base, 'store-'));
  const commit = { ...git, env: more, store, repo: repository.url, commit: head(repository) };
  await fetchCommit({ ...commit, name: undefined });
  started.length = 0;
  return commit;
}

/** The listing of a repository's main. */
async function list(repository: MadeRepository & { readonly url: string }, more: Partial<UpstreamInput> = {}) {
  const commit = await open(repository, more.env as Record<string, string> | undefined);
  const listing = await listUpstream({ ...commit, contextPath: '.', dockerfilePath: 'Dockerfile', ...more });
  return { commit, listing, paths: listing.entries.map(({ path }) => path) };
}

it('has the files of submodules at the commit that is pinned, as if they were the upstream’s own', async () => {
  const inner = newRepository({ deep: 'inner\n' });
  const part = newRepository();
  const pinned = part.commit({
    a: 'pinned\n',
    run: { executable: '#!/bin/sh\n' },
    up: { link: '../Dockerfile' },
    '.gitmodules': gitmodules({ 'x/inner': `../${inner.name}.git` }),
    'x/inner': { submodule: head(inner) },
  });
  part.commit({ a: 'newer\n' });
  const files = {
    Dockerfile: 'FROM scratch\n',
    '.gitmodules': gitmodules({ 'lib/part': `../${part.name}.git` }),
    'lib/part': { submodule: pinned },
  };
  const { listing, commit } = await list(newRepository(files));
  const submodule = { a: 'pinned\n', run: { executable: '#!/bin/sh\n' }, up: { link: '../Dockerfile' } };
  const flat = {
    Dockerfile: 'FROM scratch\n',
    '.gitmodules': files['.gitmodules'],
    'lib/part/.gitmodules': gitmodules({ 'x/inner': `../${inner.name}.git` }),
    ...Object.fromEntries(Object.entries(submodule).map(([path, file]) => [`lib/part/${path}`, file])),
    'lib/part/x/inner/deep': 'inner\n',
  };
  const { listing: same } = await list(newRepository(flat));
  expect(listing.entries).toEqual(same.entries);
  expect(listing.digest).toBe(same.digest);
  expect(listing.size).toBe(same.size);
  const path = await materialiseUpstream({ ...commit, listing, to: join(base, 'contexts') });
  expect(readFileSync(join(path, 'lib/part/a'), 'utf8')).toBe('pinned\n');
  expect(readFileSync(join(path, 'lib/part/x/inner/deep'), 'utf8')).toBe('inner\n');
  // Depth 1: nothing of their history.
  expect(readdirSync(commit.store).filter((name) => name.endsWith('.git'))).toHaveLength(3);
  expect(started.map(({ arguments: [, command] }) => command)).not.toContain('submodule');
});

it('starts no process for an upstream without submodules, and fetches none that the context does not need', async () => {
  const part = newRepository({ a: 'a' });
  const files = {
    Dockerfile: 'FROM scratch\n',
    'ctx/file': 'x',
    '.gitmodules': gitmodules({ 'lib/part': part.url, 'ctx/gone': 'https://host.invalid/gone' }),
    'lib/part': { submodule: head(part) },
  };
  const repository = newRepository(files);
  expect((await list(repository, { contextPath: 'ctx' })).paths).toEqual(['file']);
  const withSubmodule = started.length;
  expect((await list(newRepository({ Dockerfile: '', 'ctx/file': 'x' }), { contextPath: 'ctx' })).paths).toEqual([
    'file',
  ]);
  expect(started).toHaveLength(withSubmodule);
  const dockerignore = { text: 'lib', file: 'image/.dockerignore' };
  expect((await list(repository, { dockerignore })).paths).toEqual(['.gitmodules', 'Dockerfile', 'ctx/file']);
  expect(server().requests.join('\n')).not.toContain(`/${part.name}.git`);
  const kept = { text: 'lib\n!lib/part/a', file: 'image/.dockerignore' };
  expect((await list(repository, { dockerignore: kept })).paths).toContain('lib/part/a');
});

it('finds a context, a Dockerfile and an ignore file inside of a submodule', async () => {
  const part = newRepository({
    'docker/Dockerfile': 'FROM a\n',
    'src/.dockerignore': 'b\n',
    'src/a': '',
    'src/b': '',
  });
  const repository = newRepository({ '.gitmodules': gitmodules({ part: part.url }), part: { submodule: head(part) } });
  const more = { contextPath: 'part/src', dockerfilePath: 'part/docker/Dockerfile' };
  const { listing, commit, paths } = await list(repository, more);
  expect(paths).toEqual(['.dockerignore', 'a']);
  const path = await materialiseUpstream({ ...commit, listing, to: join(base, 'contexts') });
  expect(readdirSync(path).sort()).toEqual(['.dockerignore', 'a']);
  expect((await readUpstreamFile({ ...commit, path: 'part/docker/Dockerfile' }))?.toString()).toBe('FROM a\n');
  expect((await list(repository, { contextPath: 'part' })).paths).toContain('src/a');
  await expect(list(repository, { contextPath: 'part/none' })).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
});

it('goes to a mirror with the user’s credentials, as for upstreams', async () => {
  const part = newRepository({ a: 'a' });
  const repository = newRepository({
    '.gitmodules': gitmodules({ part: `git@github.com:owner/${part.name}.git` }),
    part: { submodule: head(part) },
  });
  server().demand('me:pw');
  const user = {
    ...env,
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `url.${server().url}/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'git@github.com:owner/',
    GIT_CONFIG_KEY_1: 'credential.helper',
    GIT_CONFIG_VALUE_1: '!f() { echo username=me; echo password=pw; }; f',
  };
  expect((await list(repository, { env: user })).paths).toEqual(['.gitmodules', 'part/a']);
});

it('fetches by a ref what a server does not give by its id, and says what it cannot get', async () => {
  const part = newRepository();
  const old = part.commit({ a: 'old' });
  part.tag('v1', part.commit({ a: 'tagged' }), 'annotated');
  const tagged = part.git('rev-parse', 'v1^{commit}');
  part.commit({ a: 'newest' });
  const pinning = (commit: string, url = part.url) =>
    newRepository({ '.gitmodules': gitmodules({ 'lib/part': url }), 'lib/part': { submodule: commit } });
  const [reachable, lost] = [pinning(tagged), pinning(old)];
  const [ready, none] = [await open(reachable), await open(lost)];
  server().refuseIds(true);
  const listed = await listUpstream({ ...ready, contextPath: '.', dockerfilePath: undefined });
  expect(listed.entries.map(({ path }) => path)).toContain('lib/part/a');
  await expect(listUpstream({ ...none, contextPath: '.', dockerfilePath: undefined })).rejects.toMatchObject({
    code: 'SUBMODULE_UNAVAILABLE',
    message: expect.stringMatching(`\`lib/part\` of ${lost.url} .*${old.slice(0, 12)}.*${part.url}`) as string,
    hint: expect.stringContaining('.dockerignore') as string,
  });
  server().refuseIds(false);
  for (const [commit, url] of [
    ['0123456789'.repeat(4), part.url],
    [old, `${server().url}/none.git`],
    [old, 'http://127.0.0.1:9/none'],
  ] as const) {
    await expect(list(pinning(commit, url))).rejects.toMatchObject({
      code: 'SUBMODULE_UNAVAILABLE',
      message: expect.stringContaining(url) as string,
    });
  }
  server().demand('me:pw');
  await expect(
    listUpstream({
      ...(await open(pinning(old), { ...env, ...login() })),
      env,
      contextPath: '.',
      dockerfilePath: undefined,
    }),
  ).rejects.toMatchObject({
    code: 'SUBMODULE_UNAVAILABLE',
    hint: expect.stringContaining('credential') as string,
  });
});

function login(): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'credential.helper',
    GIT_CONFIG_VALUE_0: '!f() { echo username=me; echo password=pw; }; f',
  };
}

it('leaves out what the upstream itself does not want, and says so', async () => {
  const files = {
    a: '',
    '.gitmodules': gitmodules({ part: 'https://host.invalid/x' }, '\tupdate = none\n'),
    part: { submodule: '0123456789'.repeat(4) },
  };
  const { paths, listing } = await list(newRepository(files));
  expect(paths).toEqual(['.gitmodules', 'a']);
  expect(listing.notes).toEqual([expect.stringContaining('part is not fetched') as string]);
});

describe('refuses', () => {
  const canary = join(base, 'canary');
  afterEach(() => {
    expect(existsSync(canary)).toBe(false);
  });
  const submodule = '0123456789'.repeat(4);
  const section = (name: string, path: string, more: string) =>
    `[submodule ${JSON.stringify(name)}]\n\tpath = ${path}\n${more}\n`;
  const url = '\turl = https://host.invalid/x';

  it.each([
    ['a path that no section has', section('other', 'other', url), /not in its \.gitmodules/],
    ['a section without a URL', section('part', 'part', ''), /no URL/],
    ['a name that leads out (CVE-2018-11235)', section('../../x', 'part', url), /name or path `\.\.\/\.\.\/x`/],
    ['a path that is an option (CVE-2018-17456)', section('part', '-u./x', url), /name or path `-u\.\/x`/],
    ['a URL that is an option', section('part', 'part', '\turl = "-u./canary"'), /begins with `-`/],
    ['a program as URL', section('part', 'part', `\turl = "ext::touch ${canary}"`), /white space|start a program/],
    ['a URL with a line feed', section('part', 'part', '\turl = "https://host.invalid/\\nhost=evil"'), /white space/],
    ['a path of this machine as URL', section('part', 'part', '\turl = /etc'), /path of this machine/],
    ['file: as URL', section('part', 'part', '\turl = file:///etc'), /not fetched from/],
    ['a URL above the host', section('part', 'part', '\turl = ../../../evil.invalid/x'), /above/],
    ['two sections of a path', section('part', 'part', url) + section('b', 'part', url), /twice/],
    ['two URLs of a section', section('part', 'part', `${url}\n${url}2`), /two things/],
    ['what is no configuration', '[submodule "part"\n', /cannot be read/],
  ])('%s', async (_, text, message) => {
    const listing = list(newRepository({ '.gitmodules': text, part: { submodule } }));
    await expect(listing).rejects.toMatchObject({
      code: 'SUBMODULE_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('a .gitmodules that is a link, or too large, and none at all', async () => {
    const part = { submodule };
    for (const files of [
      { '.gitmodules': { link: 'x' }, part },
      { '.gitmodules': '#'.repeat(2 ** 20 + 1), part },
      { part },
    ]) {
      await expect(list(newRepository(files))).rejects.toMatchObject({ code: 'SUBMODULE_INVALID' });
    }
  });

  it('no update command, include or hook, and runs none', async () => {
    const part = newRepository({ a: 'a', '.git-hooks': 'x' });
    const included = join(base, 'included');
    writeFileSync(included, `[submodule "part"]\n\turl = ext::touch ${canary}\n`);
    const more = `\tupdate = !touch ${canary}\n[include]\n\tpath = ${included}\n[includeIf "gitdir:**"]\n\tpath = ${included}\n[core]\n\tfsmonitor = touch ${canary}\n\tsshCommand = touch ${canary}\n\thooksPath = .\n[alias]\n\tconfig = !touch ${canary}\n`;
    const repository = newRepository({
      '.gitmodules': gitmodules({ part: part.url }, more),
      part: { submodule: head(part) },
    });
    expect((await list(repository)).paths).toContain('part/a');
  });

  it('submodules in submodules without end', async () => {
    let inner = newRepository({ end: '' });
    for (let depth = 0; depth < 11; depth++) {
      inner = newRepository({ '.gitmodules': gitmodules({ d: inner.url }), d: { submodule: head(inner) } });
    }
    await expect(list(inner)).rejects.toMatchObject({
      code: 'SUBMODULE_INVALID',
      message: expect.stringContaining('without end') as string,
    });
  });
});
