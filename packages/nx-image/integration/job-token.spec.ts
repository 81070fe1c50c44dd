import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ProcessSpec } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import type { GitAccess } from '../src/source/run-git';
import { commitPath, fetchCommit } from '../src/source/upstream/fetch-commit';
import { resolveRef } from '../src/source/upstream/resolve-ref';
import { serveGit } from '../testing/git-server';
import { livingProcesses } from '../testing/processes';

const { base, newRepository, server } = serveGit();
/** Of this run alone: it is looked for in all processes of the machine. */
const TOKEN = `glcbt-64_s3cr3t-token-${process.pid}`;
const JOB = `gitlab-ci-token:${TOKEN}`;

/** Another server, which is given what is redirected, or asked by mistake. */
let other: Server;
let authorizations: (string | undefined)[] = [];
const otherUrl = (host = '127.0.0.1') => `http://${host}:${(other.address() as AddressInfo).port}`;
beforeAll(async () => {
  other = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="other"' }).end();
  });
  await new Promise<void>((resolve) => other.listen(0, resolve));
});
afterAll(async () => {
  await new Promise((resolve) => other.close(resolve));
});
beforeEach(() => {
  server().demand(JOB);
  server().forget();
  server().watch(() => undefined);
  authorizations = [];
});

function access(env: Readonly<Record<string, string>> = {}): GitAccess & { readonly started: ProcessSpec[] } {
  const started: ProcessSpec[] = [];
  return {
    env: {
      ...{ PATH: process.env.PATH, HOME: base, GIT_CONFIG_NOSYSTEM: '1' },
      ...{ GITLAB_CI: 'true', CI_SERVER_URL: server().url, CI_JOB_TOKEN: TOKEN },
      ...env,
    },
    runProcess: (spec) => {
      started.push(spec);
      return runProcess(spec);
    },
    started,
  };
}
const gitConfig = (key: string, value: string) => ({
  ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: key, GIT_CONFIG_VALUE_0: value },
});
const DENIED = { code: 'UPSTREAM_UNREACHABLE' };

describe('a private upstream on the GitLab server of the job', () => {
  it('that does not let this project in is an error which says where that is set', async () => {
    const { url: repo } = newRepository({ a: 'a' });
    server().demand('gitlab-ci-token:that of another project');
    const hint = expect.stringContaining('Job token permissions') as string;
    await expect(resolveRef({ ...access(), repo, ref: 'main' })).rejects.toMatchObject({ ...DENIED, hint });
    const elsewhere = resolveRef({ ...access({ CI_SERVER_URL: otherUrl() }), repo, ref: 'main' });
    await expect(elsewhere).rejects.toMatchObject({ ...DENIED, hint: expect.not.stringContaining('token') as string });
  });

  it('is read by the token of the job, which is in no argument, address, setting, trace or file', async () => {
    const { url: repo, name } = newRepository({ Dockerfile: 'FROM scratch\n' });
    const trace = join(base, 'trace');
    const git = access({ GIT_TRACE: trace });
    let seen = 0;
    server().watch(() => {
      seen++;
      // Git is waiting for the answer now.
      expect(livingProcesses(repo).length).toBeGreaterThan(0);
      expect(livingProcesses(TOKEN)).toEqual([]);
    });
    const { commit } = await resolveRef({ ...git, repo, ref: 'main' });
    const store = join(base, name);
    await fetchCommit({ ...git, repo, store, commit, name: 'refs/heads/main' });
    expect(seen).toBeGreaterThan(3);
    expect(readFileSync(trace, 'utf8')).toContain('gitlab-ci-token');
    expect(readFileSync(trace, 'utf8')).not.toContain(TOKEN);
    for (const { arguments: args, env } of git.started) {
      expect(args.join(' ')).not.toContain(TOKEN);
      expect(Object.entries(env).filter(([, value]) => value.includes(TOKEN))).toEqual([['CI_JOB_TOKEN', TOKEN]]);
    }
    expect(filesBelow(store).filter((path) => readFileSync(path).includes(TOKEN))).toEqual([]);
    expect(filesBelow(commitPath(store, commit)).length).toBeGreaterThan(3);
  });

  it('is refused where the token may not read it, in words that do not say the token', async () => {
    server().demand('gitlab-ci-token:another');
    const failed = resolveRef({ ...access(), repo: newRepository({}).url, ref: 'main' });
    await expect(failed).rejects.toMatchObject(DENIED);
    expect(JSON.stringify(await failed.catch((error: unknown) => error), ['message', 'hint'])).not.toContain(TOKEN);
  });

  it('is read by the user’s own credentials for that server, where there are such', async () => {
    server().demand('deploy:own-secret');
    const helper = '!printf "username=deploy\\npassword=own-secret\\n" #';
    const own = gitConfig(`credential.${server().url}.helper`, helper);
    const { url: repo, git } = newRepository({ a: '1' });
    expect(await resolveRef({ ...access(own), repo, ref: 'main' })).toMatchObject({ commit: git('rev-parse', 'main') });
  });

  it('leaves no token in the store of the user’s helper, which would give it to the next job', async () => {
    const file = join(base, 'credentials');
    const { url: repo, git } = newRepository({ a: '1' });
    const own = access(gitConfig('credential.helper', `store --file=${file}`));
    expect(await resolveRef({ ...own, repo, ref: 'main' })).toMatchObject({ commit: git('rev-parse', 'main') });
    expect(existsSync(file)).toBe(false);
  });

  it('below a path is that of no other repository of the host', async () => {
    const { url: repo, name } = newRepository({ a: '1' });
    await expect(
      resolveRef({ ...access({ CI_SERVER_URL: `${server().url}/gitlab` }), repo, ref: 'main' }),
    ).rejects.toMatchObject(DENIED);
    const below = access({ CI_SERVER_URL: `${server().url}/${name}.git` });
    expect(await resolveRef({ ...below, repo, ref: 'main' })).toMatchObject({ name: 'refs/heads/main' });
  });
});

describe('the token of the job', () => {
  it.each<[string, () => string, () => Readonly<Record<string, string>>]>([
    ['another port', () => `${otherUrl()}/r.git`, () => ({})],
    ['another name of the host', () => `${otherUrl('localhost')}/r.git`, () => ({ CI_SERVER_URL: otherUrl() })],
    ['another scheme', () => `${otherUrl()}/r.git`, () => ({ CI_SERVER_URL: otherUrl().replace('http:', 'https:') })],
    ['a name that begins alike', () => `${otherUrl('localhost')}/r.git`, () => ({ CI_SERVER_URL: 'http://local' })],
  ])('is not given to %s', async (_, address, env) => {
    const git = access(env());
    await expect(resolveRef({ ...git, repo: address(), ref: 'main' })).rejects.toMatchObject(DENIED);
    expect(authorizations.length).toBeGreaterThan(0);
    expect(authorizations).toEqual(authorizations.map(() => undefined));
  });

  it.each([
    ['at once', false],
    ['once it has been given the token', true],
  ])('is not given to another host that the server sends git to, %s', async (_, demands) => {
    const redirecting = createServer((request, response) => {
      if (demands && request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="GitLab"' }).end();
      } else response.writeHead(302, { location: `${otherUrl('localhost')}${request.url ?? ''}` }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
    try {
      const failed = resolveRef({ ...access({ CI_SERVER_URL: url }), repo: `${url}/r.git`, ref: 'main' });
      await expect(failed).rejects.toMatchObject(DENIED);
      expect(authorizations.length).toBeGreaterThan(0);
      expect(authorizations).toEqual(authorizations.map(() => undefined));
    } finally {
      await new Promise((resolve) => redirecting.close(resolve));
    }
  });

  it.each([
    ['no server', { CI_SERVER_URL: '' }],
    ['a server that is no address', { CI_SERVER_URL: 'gitlab' }],
    ['a server of another protocol', { CI_SERVER_URL: 'file:///srv' }],
    ['a token of two lines', { CI_JOB_TOKEN: 'a\nhost=elsewhere' }],
    ['no token', { CI_JOB_TOKEN: '' }],
  ])('is given to nobody with %s', async (_, env) => {
    const git = access(env);
    await expect(resolveRef({ ...git, repo: newRepository({}).url, ref: 'main' })).rejects.toMatchObject(DENIED);
    expect(git.started.map(({ arguments: args }) => args[0])).toEqual(['ls-remote']);
  });

  it('does not get in the way of .netrc, and of helpers for other servers', async () => {
    const { url: repo, git } = newRepository({ a: '1' });
    const expected = { commit: git('rev-parse', 'main') };
    server().demand('me:of-netrc');
    const home = mkdtempSync(join(base, 'home-'));
    writeFileSync(join(home, '.netrc'), `machine 127.0.0.1 login me password of-netrc\n`, { mode: 0o600 });
    const elsewhere = { CI_SERVER_URL: 'https://gitlab.example.com' };
    expect(await resolveRef({ ...access({ ...elsewhere, HOME: home }), repo, ref: 'main' })).toMatchObject(expected);
    server().demand('me:of-helper');
    const helper = gitConfig('credential.helper', '!printf "username=me\\npassword=of-helper\\n" #');
    expect(await resolveRef({ ...access({ ...elsewhere, ...helper }), repo, ref: 'main' })).toMatchObject(expected);
  });
});

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
