import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findOnPath } from '../testing/external-tools';
import { freePort } from '../testing/free-port';
import { gitIn } from '../testing/git-repository';
import { startHttpServer } from '../testing/http-server';
import { startImmutableRegistry } from '../testing/immutable-registry';
import { startRegistry, TEST_LOGIN } from '../testing/registry-server';
import { CHECKS } from '../src/commands/doctor/checks';
import { openSurroundings, type SurroundingsInput } from '../src/commands/doctor/open-surroundings';
import { runChecks } from '../src/commands/doctor/run-checks';
import type { Surroundings } from '../src/commands/doctor/surroundings';
import { loadDirectory } from '../src/inference/load-images';
import { runProcess } from '../src/process/run-process';
import { doctorFailed, doctorText } from '../src/report/doctor-text';
import type { Finding } from '../src/report/finding';

const isRoot = process.getuid?.() === 0;
const itAsRoot = isRoot ? it : it.skip;
const directory = mkdtempSync(join(tmpdir(), 'hephy-doctor-'));
const open: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function opened<T extends { stop: () => Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  open.push(started);
  return started;
}

const DOCKERFILE = 'FROM docker.io/library/alpine:3\nRUN true\n';
const CONFIG = 'platforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n';

/** A workspace with an image `web`, in a repository with a commit; files besides. */
function makeWorkspace(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(directory, 'workspace-'));
  const all = {
    '.nxignore': '**/README.md\n',
    '.gitignore': 'cache\n',
    'images/web/build-config.yaml': CONFIG,
    'images/web/Dockerfile': DOCKERFILE,
    'images/web/.dockerignore': 'README.md\n',
    'images/web/README.md': 'x\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  gitIn(root, ['init', '-q', '-b', 'main']);
  gitIn(root, ['add', '-A']);
  gitIn(root, ['commit', '-q', '-m', 'x']);
  return root;
}

/** A PATH of these programs: a script, or the name of one of this machine's. */
function pathOf(programs: Readonly<Record<string, string | undefined>>): string {
  const bin = mkdtempSync(join(directory, 'bin-'));
  for (const [name, script] of Object.entries(programs)) {
    const own = findOnPath(name);
    if (script === undefined) symlinkSync(own ?? '/none', join(bin, name));
    else {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
  }
  return bin;
}

const KANIKO = 'echo "Kaniko version :  v1.28.3"';
const WELL = { git: undefined, bwrap: undefined, buildah: undefined, 'kaniko-executor': KANIKO };

function without(name: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(WELL).filter(([one]) => one !== name));
}

interface Changes extends Partial<Omit<SurroundingsInput, 'env'>> {
  readonly env?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, string | undefined>>;
  readonly besides?: Partial<Surroundings>;
  readonly patience?: number;
}

/** What the doctor finds, by check. */
async function examine(changes: Changes): Promise<Readonly<Record<string, Finding>>> {
  const { env, programs = WELL, besides, patience, ...more } = changes;
  const workspaceRoot = more.workspaceRoot ?? makeWorkspace();
  const surroundings = await openSurroundings({
    workspaceRoot,
    cacheDirectory: join(workspaceRoot, 'cache'),
    options: {},
    plugin: true,
    images: loadDirectory(workspaceRoot, 'images/web/build-config.yaml'),
    problems: [],
    runProcess,
    signal: new AbortController().signal,
    emulationDirectory: EMULATED,
    ...more,
    env: { PATH: pathOf(programs), HOME: '/nowhere', DOCKER_CONFIG: '/nowhere', ...env },
  });
  const findings = await runChecks(CHECKS, { ...surroundings, ...besides }, patience);
  expect(findings.map(({ check }) => check)).toEqual(CHECKS.map(({ name }) => name));
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

const ENTRY = `enabled
interpreter /usr/bin/qemu-aarch64-static
flags: POF
offset 0
magic 7f454c460201010000000000000000000200b700
mask ffffffffffffff00fffffffffffffffffeffffff
`;

/** binfmt_misc with one emulator, that of the other architecture. */
function emulators(entry: string): string {
  const place = mkdtempSync(join(directory, 'binfmt-'));
  writeFileSync(join(place, 'status'), 'enabled\n');
  writeFileSync(join(place, 'qemu'), process.arch === 'arm64' ? entry.replace('00b700', '003e00') : entry);
  return place;
}

const EMULATED = emulators(ENTRY);

function loginFor(host: string, password: string): string {
  const auth = Buffer.from(`${TEST_LOGIN.username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [host]: { auth } } });
}

const verdicts = (found: Readonly<Record<string, Finding>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.values(found).map(({ check, verdict }) => [check, verdict]));

itAsRoot('where all is well, it says so, and leaves nothing', async () => {
  const registry = await opened(startRegistry({ login: true }));
  const mirror = await opened(
    startHttpServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'docker-content-digest': `sha256:${'a'.repeat(64)}` }).end();
    }),
  );
  const found = await examine({
    options: { registry: `${registry.host}/team/images`, dockerHubMirror: mirror.host },
    env: { DOCKER_AUTH_CONFIG: loginFor(registry.host, TEST_LOGIN.password) },
  });
  expect(Object.values(found).filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(found.runtime?.what).toBe('bubblewrap would be taken');
  expect(found['registry login']?.what).toContain('auths of DOCKER_AUTH_CONFIG');
  expect(found['registry tags']).toMatchObject({ what: 'tags can be moved', details: [] });
  expect(JSON.stringify(found)).not.toContain(TEST_LOGIN.password);
  expect(doctorFailed(Object.values(found))).toBe(false);
  const auth = {
    headers: { authorization: `Basic ${Buffer.from(`tester:${TEST_LOGIN.password}`).toString('base64')}` },
  };
  const tags = await fetch(`http://${registry.host}/v2/team/images/tags/list`, auth);
  expect(((await tags.json()) as { tags?: unknown }).tags ?? null).toBeNull();
});

describe('the registry', () => {
  const at = (host: string) => ({ options: { registry: `${host}/team/images` } });

  it('is stopped', async () => {
    const found = await examine(at(`127.0.0.1:${await freePort()}`));
    expect(found.registry).toMatchObject({ verdict: 'failed', code: 'REGISTRY_UNREACHABLE' });
    expect(found.registry?.mend).toContain('start the registry');
    for (const check of ['registry login', 'registry push', 'registry tags']) {
      expect(found[check]?.verdict).toBe('not known');
    }
  });

  it('refuses the login', async () => {
    const { host } = await opened(startRegistry({ login: true }));
    const found = await examine({ ...at(host), env: { DOCKER_AUTH_CONFIG: loginFor(host, 'not that sesame') } });
    expect(verdicts(found)).toMatchObject({
      registry: 'ok',
      'registry login': 'failed',
      'registry push': 'failed',
      'registry tags': 'failed',
    });
    expect(found['registry login']).toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(found['registry login']?.mend).toContain('DOCKER_AUTH_CONFIG');
    expect(JSON.stringify(found)).not.toContain('not that sesame');
  });

  it('has a credential helper that is not there', async () => {
    const { host } = await opened(startRegistry({ login: true }));
    const found = await examine({ ...at(host), env: { DOCKER_AUTH_CONFIG: '{"credsStore":"none-such"}' } });
    expect(found['registry login']).toMatchObject({ verdict: 'failed', code: 'CREDENTIALS_FAILED' });
    expect(found['registry login']?.mend).toContain('Install docker-credential-none-such');
  });

  it('is read-only', async () => {
    const { host } = await opened(startRegistry({ readOnly: true }));
    const found = await examine(at(host));
    expect(verdicts(found)).toMatchObject({ registry: 'ok', 'registry login': 'ok', 'registry push': 'failed' });
    expect(found['registry push']?.mend).toContain('read-only');
    expect(found['registry tags']?.verdict).toBe('not known');
  });

  it('may be read and not written', async () => {
    const { host } = await opened(
      startHttpServer((request, response) => {
        request.resume();
        response.writeHead(request.method === 'GET' ? 404 : 403).end('{"errors":[{"code":"DENIED","message":"no"}]}');
      }),
    );
    const found = await examine(at(host));
    expect(found['registry push']).toMatchObject({ verdict: 'failed', code: 'REGISTRY_DENIED' });
    expect(found['registry push']?.what).toContain('DENIED: no');
  });

  it('has immutable tags, and images have one that is to move', async () => {
    const behind = await opened(startRegistry());
    const { host } = await opened(startImmutableRegistry(behind.host));
    // The second time finds the tag that could not be deleted.
    for (let time = 1; time <= 2; time++) {
      const found = await examine(at(host));
      expect(found['registry tags']).toMatchObject({ verdict: 'failed' });
      expect(found['registry tags']?.what).toContain('web-latest');
      expect(found['registry tags']?.mend).toContain('*-latest');
      expect(found['registry tags']?.details?.[0]).toContain('_hephy-doctor-latest is left');
    }
    const fixed = makeWorkspace({ 'images/web/build-config.yaml': 'additional_tags: ["1.0"]\n' });
    expect((await examine({ ...at(host), workspaceRoot: fixed }))['registry tags']).toMatchObject({
      verdict: 'failed',
      what: 'tags are immutable, and some are to move, as last-web and push-<run>-<arch>',
    });
    const halfway = await opened(startImmutableRegistry(behind.host, /-latest$/));
    expect((await examine(at(halfway.host)))['registry tags']?.what).toMatch(/as last-web and push-<run>-<arch>$/);
    // What is exempt as a builder's tag says nothing of those that move.
    const scratch = await opened(startImmutableRegistry(behind.host, /^push-/));
    expect((await examine(at(scratch.host)))['registry tags']?.what).toMatch(/as web-latest and last-web$/);
    const moving = await opened(startImmutableRegistry(behind.host, /-latest$|^last-/));
    expect((await examine(at(moving.host)))['registry tags']).toMatchObject({
      verdict: 'warning',
      what: expect.stringContaining('retried') as string,
      mend: expect.stringContaining('push-*') as string,
    });
    const exempting = await opened(startImmutableRegistry(behind.host, /-latest$|^last-|^push-/));
    expect((await examine(at(exempting.host)))['registry tags']?.what).toBe('tags can be moved');
  });

  it('says nothing at all', async () => {
    const { host } = await opened(startHttpServer((request) => request.resume()));
    const found = await examine({ ...at(host), patience: 1500 });
    expect(found.registry).toMatchObject({ verdict: 'not known', what: 'no answer within 1.5 s' });
  });

  it('is not configured in CI', async () => {
    const found = await examine({ env: { CI: 'true' } });
    expect(found.registry).toMatchObject({ verdict: 'failed', code: 'REGISTRY_NOT_CONFIGURED' });
    expect(found['registry push']).toMatchObject({ verdict: 'not known' });
  });
});

describe('what builds', () => {
  const registry = { options: { registry: '127.0.0.1:1/team/images' } };
  const withoutRoot = without('bwrap');

  it('is Kaniko without a root of its own', async () => {
    const found = await examine({ ...registry, programs: withoutRoot });
    expect(found.runtime).toMatchObject({ verdict: 'failed', code: 'RUNTIME_UNAVAILABLE' });
    expect(found.runtime?.details?.join('\n')).toMatch(
      /^not bubblewrap: .*\nnot docker: .*\nnot podman: .*\nnot direct: /,
    );
    expect(found.runtime?.mend).toContain('apt-get install bubblewrap');
    const local = await examine({ programs: withoutRoot });
    expect(local.runtime).toMatchObject({ verdict: 'warning' });
    expect(local.runtime?.what).toContain('buildah');
  });

  it('is an engine that is dead', async () => {
    const docker = 'echo "Cannot connect to the Docker daemon" >&2; exit 1';
    const found = await examine({ ...registry, programs: { ...withoutRoot, docker } });
    expect(found.runtime?.verdict).toBe('failed');
    expect(found.runtime?.details?.join('\n')).toContain('Cannot connect to the Docker daemon');
    const asked = await examine({ ...registry, programs: { ...WELL, docker }, env: { HEPHY_RUNTIME: 'docker' } });
    expect(asked.runtime).toMatchObject({ verdict: 'failed' });
    expect(asked.runtime?.what).toContain('HEPHY_RUNTIME asks for docker');
  });

  it('is a Kaniko that gets no fixes any more', async () => {
    const found = await examine({ programs: { ...WELL, 'kaniko-executor': 'echo "Kaniko version :  v1.23.2"' } });
    expect(found.kaniko).toMatchObject({ verdict: 'failed', code: 'BUILDER_OUTDATED' });
    expect(found.kaniko?.mend).toContain('ghcr.io/osscontainertools/kaniko');
  });

  it('is not where it is said to be', async () => {
    const found = await examine({ env: { HEPHY_KANIKO: '/none', HEPHY_MANIFEST_TOOL: '/none' } });
    expect(found.kaniko).toMatchObject({ verdict: 'failed', code: 'TOOL_MISSING' });
    expect(found['manifest-tool']).toMatchObject({ verdict: 'failed', code: 'TOOL_MISSING' });
  });

  it('is a buildah that is missing', async () => {
    const workspaceRoot = makeWorkspace({ 'images/web/build-config.yaml': `build_backend: buildah\n${CONFIG}` });
    const programs = without('buildah');
    const found = await examine({ workspaceRoot, programs });
    expect(found.buildah).toMatchObject({ verdict: 'failed', code: 'BUILDER_MISSING' });
    expect(found.buildah?.mend).toContain('apt-get install');
    expect(found.runtime?.what).toBe('buildah needs none');
  });

  it('is without emulation, or with one that builders do not see', async () => {
    const none = mkdtempSync(join(directory, 'binfmt-'));
    const refused = { directory: none, tryOut: () => Promise.resolve('refused' as const) };
    const other = process.arch === 'arm64' ? 'amd64' : 'arm64';
    for (const found of [
      await examine({ emulationDirectory: emulators(ENTRY.replace('POF', 'PO')) }),
      await examine({ besides: { emulation: refused } }),
    ]) {
      expect(found.emulation).toMatchObject({ verdict: 'failed', code: 'EMULATION_MISSING' });
      expect(found.emulation?.details).toEqual([`images/web/Dockerfile:2 has a RUN for ${other}`]);
      expect(found.emulation?.mend).toContain('qemu-user-static');
    }
    const crossing = makeWorkspace({
      'images/web/Dockerfile':
        'FROM --platform=$BUILDPLATFORM alpine AS a\nRUN true\nFROM scratch\nCOPY --from=a /x /\n',
    });
    expect((await examine({ workspaceRoot: crossing, besides: { emulation: refused } })).emulation?.verdict).toBe('ok');
  });
});

describe('this machine', () => {
  it('has a mirror that is dead, or of something else', async () => {
    const dead = await examine({ options: { dockerHubMirror: `127.0.0.1:${await freePort()}` } });
    expect(dead.mirror).toMatchObject({ verdict: 'failed', code: 'REGISTRY_UNREACHABLE' });
    expect(dead.mirror?.mend).toContain('this mirror only');
    const { host } = await opened(startRegistry());
    const empty = await examine({ options: { dockerHubMirror: host } });
    expect(empty.mirror).toMatchObject({ verdict: 'warning' });
    expect(empty.mirror?.mend).toContain('path');
  });

  itAsRoot('has a disk that is full', async () => {
    const full = mkdtempSync(join(directory, 'full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'hephy-doctor', full]);
    try {
      const found = await examine({ cacheDirectory: join(full, 'not/yet') });
      expect(found.disk).toMatchObject({ verdict: 'failed', code: 'BUILD_DISK_FULL' });
      expect(found.disk?.what).toMatch(/^only 1\.0\d MB are free in /);
      expect(found.disk?.mend).toContain('NX_CACHE_DIRECTORY');
    } finally {
      execFileSync('umount', [full]);
    }
  });

  it('has no git', async () => {
    const programs = without('git');
    const found = await examine({ programs });
    expect(found.git).toMatchObject({ verdict: 'failed', code: 'TOOL_MISSING' });
    expect(found.git?.mend).toContain('Install git');
  });

  it('has a clock that is behind', async () => {
    const found = await examine({ besides: { now: () => Date.parse('2001-01-01') } });
    expect(found.clock).toMatchObject({ verdict: 'warning' });
    expect(found.clock?.mend).toContain('timedatectl');
  });
});

describe('the workspace', () => {
  it('does not name the plugin, or cannot be read', async () => {
    expect((await examine({ plugin: false, images: [] })).workspace).toMatchObject({ verdict: 'failed' });
    const problems = [{ code: 'CONFIG_INVALID', message: 'images/web/build-config.yaml is wrong', hint: 'Mend it.' }];
    expect((await examine({ problems, images: [] })).workspace).toMatchObject({
      verdict: 'failed',
      code: 'CONFIG_INVALID',
      mend: 'Mend it.',
    });
  });

  it('hides files from nx that are in a context', async () => {
    const found = await examine({ workspaceRoot: makeWorkspace({ 'images/web/.dockerignore': '\n' }) });
    expect(found['ignore files']).toMatchObject({ verdict: 'warning' });
    expect(found['ignore files']?.what).toContain('images/web/README.md');
    expect(found['ignore files']?.mend).toContain('.dockerignore');
  });

  it('is changed where it is to publish', async () => {
    const workspaceRoot = makeWorkspace();
    writeFileSync(join(workspaceRoot, 'images/web/Dockerfile'), `${DOCKERFILE}RUN false\n`);
    const options = { registry: '127.0.0.1:1/team/images' };
    const found = await examine({ workspaceRoot, options, env: { HEPHY_PUBLISH: 'true' } });
    expect(found.publishing).toMatchObject({ verdict: 'failed', code: 'PUBLISH_DIRTY' });
    expect((await examine({ options, env: { CI: 'true' } })).publishing).toMatchObject({ verdict: 'warning' });
  });
});

it('stops when it is told to', async () => {
  const stopping = new AbortController();
  const { host } = await opened(
    startHttpServer((request) => {
      request.resume();
      stopping.abort(new Error('told to stop'));
    }),
  );
  const examining = examine({ options: { registry: `${host}/team/images` }, signal: stopping.signal });
  await expect(examining).rejects.toThrow('told to stop');
});

it('reads well', async () => {
  const found = await examine({ programs: { git: undefined }, options: { registry: '127.0.0.1:1/team/images' } });
  const text = doctorText(Object.values(found), { width: 100, color: false });
  expect(text).toMatch(/^failed {5}runtime {9}there is none for Kaniko here$/m);
  expect(text).toMatch(/^ {27}→ As root with the Kaniko executor: /m);
  expect(text).toMatch(/\n\n\d failed, \d not known, \d+ ok$/);
});
