import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import { findBaseCommit } from '../src/source/changes/find-base-commit';
import { checkOutAsGitlab } from '../testing/ci-checkout';
import { freePort } from '../testing/free-port';
import { gitIn } from '../testing/git-repository';
import { serveHistory } from '../testing/serve-history';

const { base: directory, history, newRepository, origin, server } = serveHistory();
const PUSH = { GITLAB_CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };
const BRANCH = { ...PUSH, CI_COMMIT_BRANCH: 'feature', CI_COMMIT_BEFORE_SHA: '0'.repeat(40) };

describe('what changed, with an origin that', () => {
  const idOf = (name: string): string => history().get(name) ?? '';
  const before = (name: string) => ({ ...PUSH, CI_COMMIT_BEFORE_SHA: idOf(name) });
  function checkOut(commit: string, depth?: number): string {
    const wanted = { commit: idOf(commit), ...(depth === undefined ? {} : { depth }) };
    return checkOutAsGitlab(origin(), wanted, directory);
  }
  const resolve = (workspaceRoot: string, env: Readonly<Record<string, string | undefined>>) =>
    findBaseCommit({
      ...{ workspaceRoot, runProcess },
      env: { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1', ...env },
    });
  const missing = (said: string, hint = 'GIT_DEPTH: 0') => ({
    ...{ code: 'HISTORY_MISSING', message: expect.stringContaining(said) as string },
    hint: expect.stringContaining(hint) as string,
  });

  it.each([
    ['the commit before a push', 'm60', () => before('m59')],
    ['the branch that another left', 'f2', () => BRANCH],
  ] as const)('is not there: an error for %s, and never nothing or all', async (_, head, env) => {
    const clone = checkOut(head, 1);
    gitIn(clone, ['remote', 'set-url', 'origin', `http://127.0.0.1:${await freePort()}/r.git`]);
    await expect(resolve(clone, env())).rejects.toMatchObject(missing('Failed to connect'));
  });

  it('is not there, and is not needed: what the clone has is enough', async () => {
    const clone = checkOut('m60', 20);
    gitIn(clone, ['remote', 'remove', 'origin']);
    expect(await resolve(clone, before('m59'))).toMatchObject({ commit: idOf('m59') });
  });

  it('is no remote of the clone: an error that says so', async () => {
    const clone = checkOut('m60', 1);
    gitIn(clone, ['remote', 'remove', 'origin']);
    await expect(resolve(clone, before('m59'))).rejects.toMatchObject(missing("'origin' does not appear to be a git"));
  });

  it('demands a password: an error; with the user’s helper or the job’s token it answers', async () => {
    server().demand('gitlab-ci-token:glcbt-64_secret');
    await expect(resolve(checkOut('m60', 1), before('m59'))).rejects.toMatchObject(missing('could not read Username'));
    const job = { CI_SERVER_URL: server().url, CI_JOB_TOKEN: 'glcbt-64_secret' };
    expect(await resolve(checkOut('m60', 1), { ...before('m59'), ...job })).toMatchObject({ commit: idOf('m59') });
    const helper = '!printf "username=gitlab-ci-token\\npassword=%s\\n" glcbt-64_secret #';
    const own = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper', GIT_CONFIG_VALUE_0: helper };
    expect(await resolve(checkOut('m60', 1), { ...before('m59'), ...own })).toMatchObject({ commit: idOf('m59') });
  });

  it('gives no commit by its id: a whole clone knows that the old tip is gone, a shallow one does not', async () => {
    server().refuseIds(true);
    expect(await resolve(checkOut('n1'), before('lost'))).toMatchObject({ kind: 'everything' });
    await expect(resolve(checkOut('n1', 1), before('lost'))).rejects.toMatchObject(missing('unadvertised object'));
  });

  it('has no such branch: an error', async () => {
    const env = { ...BRANCH, CI_DEFAULT_BRANCH: 'trunk' };
    await expect(resolve(checkOut('f2', 1), env)).rejects.toMatchObject(missing('no refs/heads/trunk', '--base'));
  });

  it('has more than 20,000 commits since: an error, after five steps', async () => {
    const { url, directory: bare, git } = newRepository({ 'images/base/1': '1' });
    const stream = Array.from({ length: 22_000 }, (_, n) => {
      const from = n === 0 ? 'from refs/heads/main^0\n' : '';
      return `commit refs/heads/main\ncommitter T <t@localhost> ${1_704_067_300 + n} +0000\ndata 0\n${from}`;
    }).join('\n');
    const start = git('rev-parse', 'main');
    execFileSync('git', ['fast-import', '--quiet'], { cwd: bare, input: `${stream}\n` });
    git('update-ref', 'refs/heads/feature', start);
    const feature = git('commit-tree', '-m', 'far', '-p', start, 'main^{tree}');
    git('update-ref', 'refs/heads/feature', feature);
    const clone = checkOutAsGitlab({ directory: bare, url }, { commit: feature, depth: 1 }, directory);
    await expect(resolve(clone, BRANCH)).rejects.toMatchObject(missing('nothing in common within 21300 commits'));
    expect(server().requests.filter((one) => one.startsWith('POST')).length).toBeLessThan(20);
  });

  it('is asked for nothing where HEAD is on a branch and all is here', async () => {
    const clone = checkOut('f2');
    gitIn(clone, ['checkout', '--quiet', '-B', 'feature']);
    expect(await resolve(clone, BRANCH)).toMatchObject({ kind: 'commit', commit: idOf('m3') });
    expect(server().requests).toEqual([]);
  });

  it('is of a directory that is no repository: an error', async () => {
    const clone = join(directory, 'none');
    mkdirSync(clone);
    await expect(resolve(clone, PUSH)).rejects.toMatchObject({ code: 'CHECKOUT_UNREADABLE' });
  });
});
