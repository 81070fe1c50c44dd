import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkInterfaces } from 'node:os';
import { runProcess } from '../src/process/run-process';
import { chooseBuilder, type ChosenBuilder } from '../src/tools/choose-builder';
import { setBuilderStage, type BuilderStage } from '../testing/builder-stage';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { startFaultProxy } from '../testing/fault-proxy';
import { startForwardProxy, type ForwardProxy } from '../testing/forward-proxy';
import { buildIn, clientIn, digestIn, goRound, indexIn, type Network } from '../testing/network-run';
import { startRegistry, TEST_LOGIN, type TestRegistry, type TestRegistryOptions } from '../testing/registry-server';
import { makeAuthority, type TestAuthority } from '../testing/tls';

/** Networks as companies have them, each real on this machine: through hephy's own requests, the builders and manifest-tool. */
const kaniko = findExternalTool('kaniko');
const manifestTool = findExternalTool('manifest-tool');
const BUILDERS = [
  ['buildah', true],
  ['Kaniko 1.28', kaniko !== undefined && findOnPath('bwrap') !== undefined],
] as const;
const PASSWORD = 'p@ss word:1';
const path = 'team/images/of/web';
/** This machine by an address that is not its loopback; undefined where it has none. */
const address = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
let stage: BuilderStage;
let authority: TestAuthority;
let secure: TestRegistry;
let certificates: string;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  authority = makeAuthority();
  certificates = join(authority.directory, 'certificates');
  mkdirSync(certificates);
  writeFileSync(join(certificates, 'ours.pem'), readFileSync(authority.file));
  const tls = authority.issue('DNS:r.test', 'DNS:localhost', ...(address === undefined ? [] : [`IP:${address}`]));
  [stage, secure] = await Promise.all([setBuilderStage(), startRegistry({ tls })]);
});
afterAll(async () => {
  await Promise.all([stage.stop(), secure.stop()]);
  rmSync(authority.directory, { recursive: true });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(login?: string): Promise<ForwardProxy> {
  const hosts = { 'r.test:443': secure.host, 'plain.test': stage.hosts.ok, 'plain.test:80': stage.hosts.ok };
  const proxy = await startForwardProxy({ hosts, ...(login === undefined ? {} : { login }) });
  stops.push(() => proxy.stop());
  return proxy;
}
async function serve(options: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await startRegistry(options);
  stops.push(() => registry.stop());
  return registry;
}

describe.each(BUILDERS)('%s', (title, there) => {
  const run = there ? test : test.skip;
  const runOnNetwork = there && address !== undefined ? test : test.skip;
  let chosen: ChosenBuilder;
  beforeAll(async () => {
    if (!there) return;
    const env = { HEPHY_KANIKO: kaniko, PATH: process.env.PATH };
    const wanted = title === 'buildah' ? 'buildah' : 'kaniko';
    chosen = await chooseBuilder({ wanted, local: false, env, uid: process.getuid?.(), runProcess });
  });
  const round = async (network: Network, publisher = 'manifest-tool') => {
    const runs = await goRound(stage, chosen, network);
    if (manifestTool !== undefined) {
      expect(await indexIn(stage, manifestTool, network, digestIn(runs[0]!))).toBe(publisher);
    }
    return runs;
  };

  run.each([
    ['HTTPS_PROXY', 'SSL_CERT_FILE'],
    ['https_proxy', 'NODE_EXTRA_CA_CERTS'],
    ['HTTPS_PROXY', 'SSL_CERT_DIR'],
  ])(`${title}: TLS through a proxy with a login (%s), a CA of the company’s own (%s)`, async (variable, trust) => {
    const proxy = await open(`me:${PASSWORD}`);
    const url = `http://me:${encodeURIComponent(PASSWORD)}@${proxy.host}`;
    const env = { [variable]: url, [trust]: trust === 'SSL_CERT_DIR' ? certificates : authority.file };
    const runs = await round({ env, registry: 'r.test', path });
    expect(new Set(proxy.requests)).toEqual(new Set(['CONNECT r.test:443']));
    for (const { logFile, lines } of runs) {
      const said = `${readFileSync(logFile, 'utf8')}${lines.join('\n')}`;
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`me:${PASSWORD}`).toString('base64')]) {
        expect(said).not.toContain(secret);
      }
    }
  });

  run(`${title}: plain HTTP through a proxy`, async () => {
    const proxy = await open();
    const env = { HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}` };
    await round({ env, registry: 'plain.test', path, insecure: ['plain.test'] });
    expect(proxy.requests).toEqual(expect.arrayContaining([expect.stringMatching(/^GET http:\/\/plain\.test\/v2\//)]));
  });

  run(`${title}: loopback is not asked through a proxy`, async () => {
    const proxy = await open();
    const env = { HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}` };
    await round({ env, registry: stage.hosts.ok, path });
    expect(proxy.requests).toEqual([]);
  });

  runOnNetwork(`${title}: NO_PROXY, and a registry without TLS that is not on loopback`, async () => {
    const proxy = await open();
    const { host } = await serve({ address: address! });
    const env = {
      HTTP_PROXY: `http://${proxy.host}`,
      HTTPS_PROXY: `http://${proxy.host}`,
      NO_PROXY: `x.test,${address!}`,
    };
    await round({ env, registry: host, path, insecure: [host] });
    expect(proxy.requests).toEqual([]);
  });

  run(`${title}: a certificate that nobody knows`, async () => {
    const proxy = await open();
    const network = { env: { HTTPS_PROXY: `http://${proxy.host}` }, registry: 'r.test', path };
    await expect(clientIn(network).headManifest({ registry: 'r.test', path, tag: 'x' })).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      hint: expect.stringContaining('SSL_CERT_FILE') as string,
    });
    const { outcome } = await buildIn(stage, chosen, network, 'FROM scratch\nCOPY a /a\n');
    expect(outcome).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      hint: expect.stringContaining('SSL_CERT_FILE') as string,
    });
    await round({ ...network, insecure: ['r.test'] }, 'hephy');
  });

  run(`${title}: a certificate that nobody knows, on loopback`, async () => {
    await round({ env: {}, registry: secure.host, path, insecure: [secure.host] });
  });

  run(`${title}: a proxy that wants a login, one that lets nobody through, and none`, async () => {
    const proxy = await open(`me:${PASSWORD}`);
    const at = (url: string, registry: string): Network => ({ env: { HTTPS_PROXY: url }, registry, path });
    for (const [network, hint] of [
      [at(`http://me:wr0ng-word@${proxy.host}`, 'r.test'), /HTTPS_PROXY=http:\/\/user:password@/],
      [at(`http://me:${encodeURIComponent(PASSWORD)}@${proxy.host}`, 'other.test'), /NO_PROXY/],
      [at('http://127.0.0.1:1', 'r.test'), /Correct HTTPS_PROXY/],
    ] as const) {
      const asked = clientIn(network).headManifest({ registry: network.registry, path, tag: 'x' });
      await expect(asked).rejects.toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
        message: expect.stringContaining('the proxy http://127.0.0.1') as string,
        hint: expect.stringMatching(hint) as string,
      });
      const { outcome, logFile } = await buildIn(stage, chosen, network, 'FROM scratch\nCOPY a /a\n');
      expect(outcome).toMatchObject({ code: 'REGISTRY_UNREACHABLE', hint: expect.stringContaining('proxy') as string });
      expect(readFileSync(logFile, 'utf8')).not.toContain('wr0ng-word');
    }
  });

  run(`${title}: an IPv6 registry`, async () => {
    const { host } = await serve({ address: '[::1]' });
    const network = { env: {}, registry: host, path };
    const { outcome } = await buildIn(stage, chosen, network, 'FROM scratch\nCOPY a /a\n');
    if (outcome.kind === 'failed') {
      // Debian 12's buildah.
      expect(title).toBe('buildah');
      expect(outcome).toMatchObject({ code: 'REGISTRY_INVALID', hint: expect.stringContaining('a name') as string });
    } else await round(network, 'hephy');
  });

  run(`${title}: a mirror of Docker Hub below a prefix, of the company’s own CA, through a proxy`, async () => {
    const proxy = await open();
    const env = { HTTPS_PROXY: `http://${proxy.host}`, SSL_CERT_FILE: authority.file };
    const base: Network = { env, registry: 'r.test', path: 'cache/of/hub/library/base' };
    const { outcome } = await buildIn(stage, chosen, base, 'FROM scratch\nCOPY a /a\n');
    if (outcome.kind !== 'pushed') throw new Error(JSON.stringify(outcome));
    const network: Network = { env, registry: stage.hosts.ok, path, mirror: 'r.test/cache/of/hub' };
    const hub = { registry: 'docker.io', path: 'library/base' };
    expect(await clientIn(network).headManifest({ ...hub, digest: outcome.digest })).toBe(outcome.digest);
    const built = await buildIn(stage, chosen, network, `FROM docker.io/library/base@${outcome.digest}\nCOPY b /b\n`);
    expect(built.outcome).toMatchObject({ kind: 'pushed' });
  });

  run(`${title}: a registry that wants a login, by Basic and by Bearer, with TLS`, async () => {
    const tls = authority.issue('DNS:localhost');
    const basic = await serve({ login: true, tls });
    const login = `${TEST_LOGIN.username}:${TEST_LOGIN.password}`;
    await round({ env: {}, registry: basic.host, path, login, insecure: [basic.host] });
    const bearer = await startFaultProxy(stage.hosts.ok, { token: true });
    stops.push(() => bearer.stop());
    await round({ env: {}, registry: bearer.host, path, login });
    expect(bearer.requests).toContain('token GET');
  });
});
