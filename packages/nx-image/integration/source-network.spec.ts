import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server } from 'node:tls';
import type { ProcessSpec } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import { fetchCommit } from '../src/source/upstream/fetch-commit';
import { listUpstream } from '../src/source/upstream/list-upstream';
import { resolveRef } from '../src/source/upstream/resolve-ref';
import { startForwardProxy, type ForwardProxy } from '../testing/forward-proxy';
import { makeRepository } from '../testing/git-repository';
import { startGitServer, type GitServer } from '../testing/git-server';
import { makeAuthority, type TestAuthority } from '../testing/tls';

/** Upstreams in networks of companies: real git, real TLS, a real proxy. */

const base = mkdtempSync(join(tmpdir(), 'hephy-source-network-'));
const certificates = join(base, 'certificates');
const temporary = join(base, 'tmp');
const tmpBefore = process.env.TMPDIR;
let ours: TestAuthority;
let others: TestAuthority;
let secure: GitServer;
let plain: GitServer;
beforeAll(async () => {
  [ours, others] = [makeAuthority(), makeAuthority()];
  mkdirSync(certificates);
  mkdirSync(temporary);
  process.env.TMPDIR = temporary;
  writeFileSync(join(certificates, 'ours.pem'), readFileSync(ours.file));
  [secure, plain] = await Promise.all([startGitServer(ours.issue('IP:127.0.0.1', 'DNS:git.test')), startGitServer()]);
  for (const { directory } of [secure, plain]) {
    const part = makeRepository(directory, 'part', { file: 'of the submodule\n' });
    makeRepository(directory, 'app', {
      Dockerfile: 'FROM scratch\n',
      '.gitmodules': '[submodule "part"]\n\tpath = part\n\turl = ../part.git\n',
      part: { submodule: part.git('rev-parse', 'main') },
    });
  }
});
afterAll(async () => {
  if (tmpBefore === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = tmpBefore;
  await Promise.all([secure.stop(), plain.stop()]);
  for (const directory of [base, ours.directory, others.directory]) rmSync(directory, { recursive: true });
});

type Env = Readonly<Record<string, string>>;
let started: ProcessSpec[] = [];
beforeEach(() => {
  started = [];
});
const access = (env: Env) => ({
  env: { PATH: process.env.PATH ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1', ...env },
  runProcess: (spec: ProcessSpec) => {
    started.push(spec);
    return runProcess(spec);
  },
});
const configured = (key: string, value: string): Env => ({
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: key,
  GIT_CONFIG_VALUE_0: value,
});
/** A directory of this authority alone. */
function directoryOf(file: string): string {
  const directory = mkdtempSync(join(base, 'authorities-'));
  writeFileSync(join(directory, 'ca.pem'), readFileSync(file));
  return directory;
}
const resolve = (env: Env, url = secure.url) =>
  resolveRef({ ...access(env), repo: `${url}/app.git`, ref: 'main' }).then(({ commit }) => commit);

/** All that a run asks of an upstream: what a ref names, the commit, its submodule's. */
async function takeAll(env: Env, url = secure.url): Promise<string[]> {
  const at = { ...access(env), store: mkdtempSync(join(base, 'store-')), repo: `${url}/app.git` };
  const { commit, name } = await resolveRef({ ...at, ref: 'main' });
  await fetchCommit({ ...at, commit, name });
  const { entries } = await listUpstream({ ...at, commit, contextPath: '.', dockerfilePath: 'Dockerfile' });
  return entries.map(({ path }) => path).sort();
}
const ALL = ['.gitmodules', 'Dockerfile', 'part/file'];

describe('a server whose certificate is of the company’s own CA', () => {
  it('is not reached by itself, and the error says what to set', async () => {
    await expect(resolve({})).rejects.toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message: expect.stringContaining('certificate') as string,
      hint: expect.stringContaining('set SSL_CERT_FILE') as string,
    });
    expect(started.map(({ arguments: [command] }) => command)).toEqual(['ls-remote']);
  });

  it.each([
    ['SSL_CERT_FILE', () => ours.file],
    ['NODE_EXTRA_CA_CERTS', () => ours.file],
    ['SSL_CERT_DIR', () => certificates],
  ])('is reached with %s, as registries are, and no file is left', async (variable, value) => {
    expect(await takeAll({ [variable]: value() })).toEqual(ALL);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('is still refused with another CA', async () => {
    await expect(resolve({ SSL_CERT_FILE: others.file })).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('a file that is not there is an error of its own', async () => {
    await expect(resolve({ SSL_CERT_FILE: '/nowhere' })).rejects.toMatchObject({ code: 'CERTIFICATES_UNREADABLE' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['GIT_SSL_CAINFO', (file: string) => ({ GIT_SSL_CAINFO: file })],
    ['GIT_SSL_CAPATH', (file: string) => ({ GIT_SSL_CAPATH: directoryOf(file) })],
    ['http.sslCAPath', (file: string) => configured('http.sslCAPath', directoryOf(file))],
    ['http.sslCAInfo', (file: string) => configured('http.sslCAInfo', file)],
    ['http.<url>.sslCAInfo', (file: string) => configured(`http.${secure.url}/.sslCAInfo`, file)],
  ])('what git itself is told goes before: %s', async (_, told) => {
    expect(await resolve({ SSL_CERT_FILE: others.file, ...told(ours.file) })).toMatch(/^[0-9a-f]{40}$/);
    await expect(resolve({ SSL_CERT_FILE: ours.file, ...told(others.file) })).rejects.toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      hint: expect.stringContaining('GIT_SSL_CAINFO') as string,
    });
  });

  it('what git is told of another server does not count here', async () => {
    const env = { SSL_CERT_FILE: ours.file, ...configured('http.https://git.test/.sslCAInfo', others.file) };
    expect(await takeAll(env)).toEqual(ALL);
  });

  it('a file that only git is told of and that is not there', async () => {
    await expect(resolve({ GIT_SSL_CAINFO: '/nowhere' })).rejects.toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      hint: expect.stringContaining('GIT_SSL_CAINFO') as string,
    });
  });

  it('a certificate for another name', async () => {
    const server = await startGitServer(ours.issue('DNS:elsewhere.test'));
    try {
      await expect(resolve({ SSL_CERT_FILE: ours.file }, server.url)).rejects.toMatchObject({
        code: 'UPSTREAM_UNREACHABLE',
        hint: expect.stringContaining('for another name') as string,
      });
    } finally {
      await server.stop();
    }
  });
});

it('starts nothing more where no variable is set', async () => {
  await takeAll({}, plain.url);
  expect(started.filter(({ arguments: [command] }) => command === 'config' || command === '--version')).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
});

describe('a proxy', () => {
  const LOGIN = 'me:p@ss word:1';
  const url = (proxy: ForwardProxy) => `http://me:${encodeURIComponent('p@ss word:1')}@${proxy.host}`;
  let proxy: ForwardProxy;
  beforeEach(async () => {
    const hosts = {
      'git.test': new URL(plain.url).host,
      'git.test:80': new URL(plain.url).host,
      'git.test:443': new URL(secure.url).host,
    };
    proxy = await startForwardProxy({ hosts, login: LOGIN });
  });
  afterEach(() => proxy.stop());
  const letThrough = () => proxy.requests.filter((request) => !request.endsWith(': 407'));

  it.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])('%s is for https', async (variable) => {
    const env = { [variable]: url(proxy), SSL_CERT_FILE: ours.file };
    expect(await takeAll(env, 'https://git.test')).toEqual(ALL);
    expect(new Set(letThrough())).toEqual(new Set(['CONNECT git.test:443']));
  });

  it('http_proxy is for http', async () => {
    expect(await takeAll({ http_proxy: url(proxy) }, 'http://git.test')).toEqual(ALL);
    expect(letThrough()).toContain('GET http://git.test/app.git/info/refs');
  });

  it('HTTP_PROXY is not: git does not look at it', async () => {
    const resolving = resolve({ HTTP_PROXY: url(proxy) }, 'http://git.test');
    await expect(resolving).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(proxy.requests).toEqual([]);
  });

  it('that wants another login is told by name, and the password by nobody', async () => {
    const env = { HTTPS_PROXY: `http://me:wr0ng-word@${proxy.host}`, SSL_CERT_FILE: ours.file };
    const failure: unknown = await resolve(env, 'https://git.test').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      hint: expect.stringContaining('login') as string,
      message: expect.not.stringContaining('wr0ng-word') as string,
    });
  });

  it.each(['NO_PROXY', 'no_proxy'])('%s names exceptions; loopback is none by itself', async (variable) => {
    const env = { HTTPS_PROXY: url(proxy), SSL_CERT_FILE: ours.file };
    await expect(resolve(env)).rejects.toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      hint: expect.stringContaining('NO_PROXY') as string,
    });
    expect(proxy.requests).toContain(`CONNECT ${new URL(secure.url).host}: 403`);
    expect(await resolve({ ...env, [variable]: 'x.test,127.0.0.1' })).toMatch(/^[0-9a-f]{40}$/);
  });

  describe('that is spoken to over TLS', () => {
    let front: Server;
    beforeEach(async () => {
      const { certificate, key } = ours.issue('IP:127.0.0.1');
      front = createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
        const [host = '', port] = proxy.host.split(':');
        const behind = connect(Number(port), host);
        socket.pipe(behind).pipe(socket);
        for (const end of [socket, behind]) {
          end.on('error', () => undefined);
          end.on('close', () => {
            socket.destroy();
            behind.destroy();
          });
        }
      });
      await new Promise<void>((done) => front.listen(0, '127.0.0.1', done));
    });
    afterEach(() => new Promise((done) => front.close(done)));

    it('is trusted as servers are', async () => {
      const address = `https://me:${encodeURIComponent('p@ss word:1')}@127.0.0.1:${(front.address() as AddressInfo).port}`;
      expect(await takeAll({ HTTPS_PROXY: address, SSL_CERT_FILE: ours.file }, 'https://git.test')).toEqual(ALL);
      const untrusted = { HTTPS_PROXY: address, ...configured('http.https://git.test/.sslCAInfo', ours.file) };
      await expect(resolve(untrusted, 'https://git.test')).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    });
  });
});
