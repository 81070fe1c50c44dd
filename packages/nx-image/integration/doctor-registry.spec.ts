import { setDoctorStage, loginFor, type Findings } from '../testing/doctor-stage';
import { freePort } from '../testing/free-port';
import { startHttpServer } from '../testing/http-server';
import { startImmutableRegistry } from '../testing/immutable-registry';
import { startRegistry } from '../testing/registry-server';
import { stoppedAfterEach } from '../testing/stopped-after-each';

const { examine, makeWorkspace } = setDoctorStage();
const stopped = stoppedAfterEach();

describe('the registry', () => {
  const verdicts = (found: Findings) =>
    Object.fromEntries(Object.values(found).map(({ check, verdict }) => [check, verdict]));
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
    const { host } = await stopped(startRegistry({ login: true }));
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
    const { host } = await stopped(startRegistry({ login: true }));
    const found = await examine({ ...at(host), env: { DOCKER_AUTH_CONFIG: '{"credsStore":"none-such"}' } });
    expect(found['registry login']).toMatchObject({ verdict: 'failed', code: 'CREDENTIALS_FAILED' });
    expect(found['registry login']?.mend).toContain('Install docker-credential-none-such');
  });

  it('is read-only', async () => {
    const { host } = await stopped(startRegistry({ readOnly: true }));
    const found = await examine(at(host));
    expect(verdicts(found)).toMatchObject({ registry: 'ok', 'registry login': 'ok', 'registry push': 'failed' });
    expect(found['registry push']?.mend).toContain('read-only');
    expect(found['registry tags']?.verdict).toBe('not known');
  });

  it('may be read and not written', async () => {
    const { host } = await stopped(
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
    const behind = await stopped(startRegistry());
    const { host } = await stopped(startImmutableRegistry(behind.host));
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
    const halfway = await stopped(startImmutableRegistry(behind.host, /-latest$/));
    expect((await examine(at(halfway.host)))['registry tags']?.what).toMatch(/as last-web and push-<run>-<arch>$/);
    // What is exempt as a builder's tag says nothing of those that move.
    const scratch = await stopped(startImmutableRegistry(behind.host, /^push-/));
    expect((await examine(at(scratch.host)))['registry tags']?.what).toMatch(/as web-latest and last-web$/);
    const moving = await stopped(startImmutableRegistry(behind.host, /-latest$|^last-/));
    expect((await examine(at(moving.host)))['registry tags']).toMatchObject({
      verdict: 'warning',
      what: expect.stringContaining('retried') as string,
      mend: expect.stringContaining('push-*') as string,
    });
    const exempting = await stopped(startImmutableRegistry(behind.host, /-latest$|^last-|^push-/));
    expect((await examine(at(exempting.host)))['registry tags']?.what).toBe('tags can be moved');
  });

  it('says nothing at all', async () => {
    const { host } = await stopped(startHttpServer((request) => request.resume()));
    const found = await examine({ ...at(host), patience: 1500 });
    expect(found.registry).toMatchObject({ verdict: 'not known', what: 'no answer within 1.5 s' });
  });

  it('is not configured in CI', async () => {
    const found = await examine({ env: { CI: 'true' } });
    expect(found.registry).toMatchObject({ verdict: 'failed', code: 'REGISTRY_NOT_CONFIGURED' });
    expect(found['registry push']).toMatchObject({ verdict: 'not known' });
  });
});
