import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { commitPath, fetchCommit } from '../src/source/upstream/fetch-commit';
import { resolveRef } from '../src/source/upstream/resolve-ref';
import { serveUpstreams } from '../testing/serve-upstreams';

const { base, env, git, newRepository, server, started } = serveUpstreams();

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
