import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { doctorFailed, doctorText } from '../src/report/doctor-text';
import { DOCKERFILE, loginFor, setDoctorStage, without } from '../testing/doctor-stage';
import { freePort } from '../testing/free-port';
import { startHttpServer } from '../testing/http-server';
import { startRegistry, TEST_LOGIN } from '../testing/registry-server';
import { stoppedAfterEach } from '../testing/stopped-after-each';

const itAsRoot = process.getuid?.() === 0 ? it : it.skip;
const { examine, makeWorkspace, newDirectory } = setDoctorStage();
const stopped = stoppedAfterEach();

itAsRoot('where all is well, it says so, and leaves nothing', async () => {
  const registry = await stopped(startRegistry({ login: true }));
  const mirror = await stopped(
    startHttpServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'docker-content-digest': `sha256:${'a'.repeat(64)}` }).end();
    }),
  );
  const found = await examine({
    options: { registry: `${registry.host}/team/images`, dockerHubMirror: mirror.host },
    env: { DOCKER_AUTH_CONFIG: loginFor(registry.host, TEST_LOGIN.password) },
  });
  // How much this machine has left while other tests run beside this one is nothing to rely on.
  const { disk, memory, ...others } = found;
  for (const left of [disk, memory]) expect(left?.verdict).toMatch(/^(?:ok|warning)$/);
  expect(Object.values(others).filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
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

describe('this machine', () => {
  it('has a mirror that is dead, or of something else', async () => {
    const dead = await examine({ options: { dockerHubMirror: `127.0.0.1:${await freePort()}` } });
    expect(dead.mirror).toMatchObject({ verdict: 'failed', code: 'REGISTRY_UNREACHABLE' });
    expect(dead.mirror?.mend).toContain('this mirror only');
    const { host } = await stopped(startRegistry());
    const empty = await examine({ options: { dockerHubMirror: host } });
    expect(empty.mirror).toMatchObject({ verdict: 'warning' });
    expect(empty.mirror?.mend).toContain('path');
  });

  itAsRoot('has a disk that is full', async () => {
    const full = newDirectory();
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
  const { host } = await stopped(
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
  expect(text).toMatch(/\n\n\d failed, (?:\d warning, )?\d not known, \d+ ok$/);
});
