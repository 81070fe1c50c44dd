import { authFor, helperFor, parseDockerConfig } from './docker-config';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const parse = (config: object) => parseDockerConfig(JSON.stringify(config), 'config.json');

test.each([
  ['https://index.docker.io/v1/', 'docker.io'],
  ['index.docker.io', 'docker.io'],
  ['docker.io', 'docker.io'],
  ['https://registry-1.docker.io/v2/', 'docker.io'],
  ['r.example', 'r.example'],
  ['https://r.example', 'r.example'],
  ['https://r.example:5000/v1/', 'r.example:5000'],
  ['http://r.example/v2', 'r.example'],
  ['r.example/team', 'r.example'],
  ['[::1]:5000', '[::1]:5000'],
])('the auth under %s is for %s', (key, registry) => {
  const config = parse({ auths: { [key]: { auth: base64('user:p:w') } } });
  expect(authFor(config, registry)).toEqual({ username: 'user', password: 'p:w', source: 'auths of config.json' });
});

test.each([
  ['r.example', 'r.example:5000'],
  ['r.example:5000', 'r.example'],
  ['r.example', 'sub.r.example'],
  ['r.example', 'xr.example'],
  ['r.example', 'docker.io'],
])('the auth under %s is not for %s', (key, registry) => {
  expect(authFor(parse({ auths: { [key]: { auth: base64('user:pw') } } }), registry)).toBeUndefined();
});

test('the exact key goes before another of the same host', () => {
  const auths = { 'https://r.example': { auth: base64('a:1') }, 'r.example': { auth: base64('b:2') } };
  expect(authFor(parse({ auths }), 'r.example')).toMatchObject({ username: 'b' });
});

test.each([
  [
    { username: 'user', password: 'pw' },
    { username: 'user', password: 'pw' },
  ],
  [{ auth: base64('user:pw\0\0') }, { username: 'user', password: 'pw' }],
  [
    { auth: base64('user:old'), username: 'x', password: 'y' },
    { username: 'user', password: 'old' },
  ],
  [
    { auth: base64('user:pw'), identitytoken: 'id' },
    { username: '<token>', password: 'id' },
  ],
])('the entry %j is %j', (entry, credential) => {
  expect(authFor(parse({ auths: { r: entry } }), 'r')).toMatchObject(credential);
});

test.each([[{}], [{ auth: '' }], [{ username: 'user' }], [{ auth: 7 }]])('the entry %j says nothing', (entry) => {
  expect(authFor(parse({ auths: { r: entry } }), 'r')).toBeUndefined();
});

test.each([[{ auth: base64('no colon') }], [{ auth: base64(':pw') }], [{ registrytoken: 't' }]])(
  'the entry %j is an error that does not quote it',
  (entry) => {
    expect(() => authFor(parse({ auths: { r: entry } }), 'r')).toThrow(
      expect.objectContaining({
        code: 'CREDENTIALS_FAILED',
        message: expect.not.stringContaining('colon') as string,
      }) as Error,
    );
  },
);

test('exact credHelpers, then credsStore', () => {
  const config = parse({ credHelpers: { 'a.example': 'ecr-login', 'docker.io': 'pass' }, credsStore: 'desktop' });
  expect(helperFor(config, 'a.example')).toBe('ecr-login');
  expect(helperFor(config, 'docker.io')).toBe('pass');
  expect(helperFor(config, 'sub.a.example')).toBe('desktop');
  expect(helperFor(parse({ credHelpers: { 'a.example': 'ecr-login' } }), 'b.example')).toBeUndefined();
});

test.each(['', '[]', 'null', '{"auths": []}', '{"auths": {"r": "s3cret"}}', '{"auths": {"r": {"auth": "s3cret"'])(
  'the configuration %s is an error that does not quote it',
  (text) => {
    expect(() => parseDockerConfig(text, 'config.json')).toThrow(
      expect.objectContaining({
        code: 'CREDENTIALS_FAILED',
        message: expect.not.stringContaining('s3cret') as string,
      }) as Error,
    );
  },
);

test('a byte order mark is no part of it', () => {
  expect(parseDockerConfig('\uFEFF{}', 'config.json').auths.size).toBe(0);
});
