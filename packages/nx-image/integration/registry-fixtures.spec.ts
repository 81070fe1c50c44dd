import { execFileSync } from 'node:child_process';
import { pushImage, pushIndex } from '../testing/fixture-images';
import { startRegistry, TEST_LOGIN, type TestRegistry } from '../testing/registry-server';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

test('the fixtures are images to other tools too', async () => {
  const files = { 'bin/tool': { content: 'hello', mode: 0o755 }, 'etc/tool': { link: '../bin/tool' } };
  const children = await Promise.all(
    ['linux/amd64', 'linux/arm64'].map((platform) =>
      pushImage(registry.host, 'team/base', undefined, { platform, files, config: { Cmd: ['/bin/tool'] } }),
    ),
  );
  await pushIndex(
    registry.host,
    'team/base',
    '1',
    children.map(({ descriptor }) => descriptor),
  );
  const inspected = JSON.parse(
    execFileSync(
      'skopeo',
      ['inspect', '--override-arch', 'arm64', '--tls-verify=false', `docker://${registry.host}/team/base:1`],
      { encoding: 'utf8' },
    ),
  ) as { Architecture: string; Layers: string[] };
  expect(inspected).toMatchObject({ Architecture: 'arm64', Layers: children[1]!.layers });
});

test('a registry that wants a login refuses others', async () => {
  const closed = await startRegistry({ login: true });
  try {
    const login = Buffer.from(`${TEST_LOGIN.username}:${TEST_LOGIN.password}`).toString('base64');
    const ping = (authorization?: string) =>
      fetch(`http://${closed.host}/v2/`, { headers: authorization === undefined ? {} : { authorization } });
    expect((await ping()).status).toBe(401);
    expect((await ping(`Basic ${login}`)).status).toBe(200);
  } finally {
    await closed.stop();
  }
});
