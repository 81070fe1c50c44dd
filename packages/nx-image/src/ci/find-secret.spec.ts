import { findSecret, secretsIn } from './find-secret';

const PASSWORD = `p'a"s$w\\ord/1`;
const ENV = {
  CI_JOB_TOKEN: 'glcbt-64_abcdef',
  CI_JOB_ID: '12345678',
  DOCKER_AUTH_CONFIG: JSON.stringify({
    auths: { 'r.example.com': { auth: Buffer.from(`me:${PASSWORD}`).toString('base64') } },
  }),
};

test.each([
  ['as it is', `x ${ENV.CI_JOB_TOKEN} y`, 'CI_JOB_TOKEN'],
  ['a login as docker has it', Buffer.from(`me:${PASSWORD}`).toString('base64'), 'DOCKER_AUTH_CONFIG'],
  ['a password in JSON', JSON.stringify({ a: PASSWORD }), 'DOCKER_AUTH_CONFIG'],
  ['in a YAML string', `a: '${PASSWORD.replaceAll("'", "''")}'`, 'DOCKER_AUTH_CONFIG'],
  ['in a word of a shell', `'${PASSWORD.replaceAll("'", String.raw`'\''`)}'`, 'DOCKER_AUTH_CONFIG'],
  ['in a URL', `https://me:${encodeURIComponent(PASSWORD)}@host/`, 'DOCKER_AUTH_CONFIG'],
  ['as base64', Buffer.from(PASSWORD).toString('base64'), 'DOCKER_AUTH_CONFIG'],
  ['none', 'job 12345678 of r.example.com', undefined],
])('%s', (_, text, source) => {
  expect(findSecret(text, secretsIn(ENV))?.source).toBe(source);
});

test('what is too short to be told from anything else is passed over', () => {
  expect(findSecret('a1b2', [{ source: 'X', value: 'a1b2' }])).toBeUndefined();
});

const VALUE = 's3cr3t-value';
const sourcesOf = (names: readonly string[], named: readonly string[] = []) =>
  secretsIn(Object.fromEntries(names.map((name) => [name, VALUE])), new Set(named)).map(({ source }) => source);

test('what a name says in whole words is a secret', () => {
  const secret = [
    'DEPLOY_SECRET',
    'deploy_token',
    'TOKEN_2',
    'DB_PASSWD',
    'MAVEN_CREDENTIALS',
    'STRIPE_API_KEY',
    'PRIVATE_KEY',
  ];
  const other = ['SECRETARY', 'TOKENIZER_VERSION', 'TOKEN_FILE', 'SECRET_NAME', 'AWS_ACCESS_KEY_ID', 'MONKEY', 'PATH'];
  expect(sourcesOf([...secret, ...other])).toEqual(secret);
});

test('of variables that configs name, doubtful names count too', () => {
  const doubtful = ['LICENSE_KEY', 'NPM_AUTH', 'GITLAB_PAT'];
  expect(sourcesOf(doubtful)).toEqual([]);
  expect(sourcesOf([...doubtful, 'PUBLIC_KEY', 'APP_VERSION'], [...doubtful, 'PUBLIC_KEY', 'APP_VERSION'])).toEqual(
    doubtful,
  );
});
