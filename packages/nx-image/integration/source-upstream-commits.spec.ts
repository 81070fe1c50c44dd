import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitPath, fetchCommit } from '../src/source/upstream/fetch-commit';
import { readUpstreamFile } from '../src/source/upstream/read-upstream-file';
import { gitIn } from '../testing/git-repository';
import { serveUpstreams } from '../testing/serve-upstreams';

const { base, env, git, newRepository, server, started } = serveUpstreams();

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
    started.length = 0;
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
    const stopping = new AbortController();
    server().watch(() => {
      stopping.abort(new Error('enough'));
    });
    const { signal } = stopping;
    const fetching = fetchCommit({ ...git, signal, store, repo, commit: wanted, name: undefined });
    await expect(fetching).rejects.toThrow('enough');
    expect(server().requests).not.toEqual([]);
    expect(readdirSync(store).filter((name) => !name.endsWith('.used'))).toEqual([]);
  });
});
