import type { ProcessEnd, ProcessSpec } from '../../process/process';
import { builderDockerConfig } from './builder-config';
import { createCredentialStore } from './credential-store';

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

/** A store over DOCKER_AUTH_CONFIG alone, whose helpers answer as given. */
function storeOf(config: object, answer: Partial<ProcessEnd> = {}) {
  const started: ProcessSpec[] = [];
  const store = createCredentialStore({
    env: { DOCKER_AUTH_CONFIG: JSON.stringify(config), PATH: '/helpers', UNSET: undefined },
    homeDirectory: '/nonexistent',
    runProcess: (spec) => {
      started.push(spec);
      const end = { kind: 'exited', exitCode: 0, stdout: new Uint8Array(), stderr: '', ...answer };
      return Promise.resolve(end as ProcessEnd);
    },
  });
  return { store, started };
}
const stdout = (text: string) => Buffer.from(text);
const ok = { stdout: stdout('{"ServerURL":"x","Username":"AWS","Secret":"s3cret"}') };

test('a helper is asked once, for what docker would ask', async () => {
  const { store, started } = storeOf({ credHelpers: { 'docker.io': 'pass' } }, ok);
  const [first] = await Promise.all([store.credentialOf('docker.io'), store.credentialOf('docker.io')]);
  expect(first).toEqual({ username: 'AWS', password: 's3cret', source: 'docker-credential-pass' });
  expect(started).toMatchObject([
    {
      file: 'docker-credential-pass',
      arguments: ['get'],
      stdin: 'https://index.docker.io/v1/',
      env: { PATH: '/helpers' },
    },
  ]);
  expect(store.secrets()).toEqual(['s3cret', Buffer.from('AWS:s3cret').toString('base64')]);
});

test('nothing is started, and no secret handed out, for who is not asked', async () => {
  const { store, started } = storeOf({ credHelpers: { a: 'pass' }, auths: { b: auth('u:pw') } }, ok);
  expect(await store.credentialOf('c')).toBeUndefined();
  expect(started).toEqual([]);
  expect(store.secrets()).toEqual([]);
});

test('a helper that knows none means anonymous, whatever auths say', async () => {
  const { store } = storeOf(
    { credsStore: 'desktop', auths: { r: auth('u:pw') } },
    { exitCode: 1, stdout: stdout('credentials not found in native keychain\n') },
  );
  expect(await store.credentialOf('r')).toBeUndefined();
});

test.each([
  [{ kind: 'absent', file: 'x' }, /is not on PATH/],
  [{ kind: 'timed out', after: 60_000 }, /said nothing for 60 s/],
  [{ kind: 'signalled', signal: 'SIGSEGV', stderr: '' }, /ended by SIGSEGV/],
  [
    { exitCode: 1, stderr: 'no AWS\ncredentials https://me:pw@x/' },
    /exit code 1: no AWS credentials https:\/\/\*\*\*@x\//,
  ],
  [{ stdout: stdout('s3cret') }, /answer that is not/],
  [{ stdout: stdout('{"Username":"s3cret"}') }, /answer that is not/],
] as const)('the end %j is an error', async (end, message) => {
  const { store } = storeOf({ credHelpers: { r: 'pass' } }, end);
  await expect(store.credentialOf('r')).rejects.toMatchObject({
    code: 'CREDENTIALS_FAILED',
    message: expect.stringMatching(message) as string,
  });
  await expect(store.credentialOf('r')).rejects.toMatchObject({
    message: expect.not.stringContaining('s3cret') as string,
  });
});

test.each(['../../bin/sh', '-x', 'a b', 'x\n', 'a/b'])('the helper name %j starts nothing', async (name) => {
  const { store, started } = storeOf({ credsStore: name });
  await expect(store.credentialOf('r')).rejects.toMatchObject({ code: 'CREDENTIALS_FAILED' });
  expect(started).toEqual([]);
});

test('a builder is given the logins of its registries and of no others', async () => {
  const { store, started } = storeOf({
    credHelpers: { [ECR]: 'ecr-login' },
    auths: { 'docker.io': auth('u:pw'), r: { identitytoken: 'id' }, other: auth('x:y') },
  });
  expect(JSON.parse(await builderDockerConfig(store, ['r', 'docker.io', ECR, 'anonymous', 'r']))).toEqual({
    auths: { 'https://index.docker.io/v1/': auth('u:pw'), r: { identitytoken: 'id' } },
    credHelpers: { [ECR]: 'ecr-login' },
  });
  expect(started).toEqual([]);
});

test('a helper that the builder lacks, or that is named for every registry, is asked here', async () => {
  const { store } = storeOf({ credsStore: 'ecr-login' }, ok);
  const auths = { [ECR]: auth('AWS:s3cret') };
  expect(JSON.parse(await builderDockerConfig(store, [ECR], []))).toEqual({ auths });
  expect(JSON.parse(await builderDockerConfig(store, ['r', ECR]))).toEqual({
    auths: { r: auth('AWS:s3cret') },
    credHelpers: { [ECR]: 'ecr-login' },
  });
});
