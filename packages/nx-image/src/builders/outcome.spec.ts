import { BUILDER_CASES } from '../../testing/builder-cases';
import { readTranscripts } from '../../testing/transcripts';
import { builderOf } from './builders';

const TRANSCRIPTS = readTranscripts();
const DIGEST = `sha256:${'0'.repeat(64)}`;

test('each case is recorded, of both builders', () => {
  for (const builder of ['kaniko', 'buildah']) {
    const names = TRANSCRIPTS.filter((one) => one.builder === builder).map(({ name }) => name);
    expect(names.sort()).toEqual(BUILDER_CASES.map(({ name }) => name).sort());
  }
});

describe.each(TRANSCRIPTS.map((one) => [`${one.builder}: ${one.name}`, one] as const))('%s', (_, transcript) => {
  const builder = builderOf(transcript.builder);
  const wanted = BUILDER_CASES.find(({ name }) => name === transcript.name)?.fails;

  test('its outcome', () => {
    const outcome = builder.readOutcome(transcript.end);
    expect(outcome).toEqual(transcript.outcome);
    if (wanted === undefined) expect(outcome).toEqual({ kind: 'pushed', digest: DIGEST });
    else {
      expect(outcome).toMatchObject({ kind: 'failed', code: wanted.code });
      expect((outcome as { message: string }).message).toMatch(wanted.message);
    }
  });

  test('its progress', () => {
    const progress = transcript.end.lines.flatMap((line) => builder.readProgress(line)?.what ?? []);
    expect(progress).toEqual(transcript.progress);
  });
});

describe('Kaniko', () => {
  const { readOutcome } = builderOf('kaniko');
  const fail = (exitCode: number, ...lines: string[]) => readOutcome({ exitCode, lines, digestFile: DIGEST });
  const RUN_ERROR =
    'error building image: error building stage: failed to execute command: waiting for process to exit: exit status';

  test('a digest file says nothing where the exit code is not 0', () => {
    expect(fail(1, 'error pushing image: failed to push to destination a/b:c: EOF')).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
  });

  test.each([undefined, '', 'sha256:abc', 'latest'])('exit code 0 with the digest %p is no push', (digestFile) => {
    expect(readOutcome({ exitCode: 0, lines: [], digestFile })).toMatchObject({ kind: 'failed', code: 'BUILD_FAILED' });
  });

  test('a full disk, in a RUN, a COPY and a push', () => {
    const code = 'BUILD_DISK_FULL';
    expect(
      fail(1, 'INFO[0000] RUN dd', "dd: error writing '/big': No space left on device", `${RUN_ERROR} 1`),
    ).toMatchObject({
      code,
      message: 'RUN dd failed: no space was left',
    });
    expect(
      fail(
        1,
        'error building image: error building stage: failed to execute command: copying file: copying file: write /big: no space left on device',
      ),
    ).toMatchObject({ code });
    expect(fail(1, 'error pushing image: write /x: no space left on device')).toMatchObject({ code });
  });

  test('the instruction of a RUN whose output is longer than what is kept', () => {
    const lines = [...Array.from({ length: 199 }, () => 'output'), `${RUN_ERROR} 2`];
    expect(readOutcome({ exitCode: 2, lines, digestFile: undefined, doing: 'RUN make' })).toMatchObject({
      code: 'BUILD_RUN_FAILED',
      message: 'RUN make failed with exit code 2',
    });
  });

  test('what a RUN prints is not what Kaniko says', () => {
    const lines = ['INFO[0000] RUN npm ci', 'Error: connection refused', 'error building image: exec format error'];
    expect(fail(3, ...lines, ...Array.from({ length: 30 }, () => 'output'), `${RUN_ERROR} 3`)).toMatchObject({
      code: 'BUILD_RUN_FAILED',
    });
  });

  test('wrong flags', () => {
    expect(fail(1, 'Error: unknown flag: --x', 'Usage:', '  executor [flags]')).toMatchObject({
      code: 'BUILD_FAILED',
      message: 'the build failed: unknown flag: --x',
    });
  });

  test('killed without a word', () => {
    expect(fail(137, 'INFO[0000] RUN make', 'output')).toMatchObject({
      code: 'BUILD_FAILED',
      hint: expect.stringContaining('memory') as string,
    });
    expect(fail(1)).toMatchObject({
      code: 'BUILD_FAILED',
      message: 'Kaniko failed with exit code 1 without saying why',
    });
  });

  test.each([
    ['parsing dockerfile: file with no instructions', 'DOCKERFILE_INVALID'],
    ['could not parse reference: ', 'DOCKERFILE_INVALID'],
    ['image not found on any configured mapped registries for index.docker.io/library/none:t', 'BASE_NOT_FOUND'],
    ['Get "https://a.test/v2/": dial tcp: lookup a.test on 10.0.0.1:53: no such host', 'REGISTRY_UNREACHABLE'],
    [
      'Get "https://a.test/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'REGISTRY_UNREACHABLE',
    ],
    ['Get "https://a.test/v2/": Proxy Authentication Required', 'REGISTRY_UNREACHABLE'],
    ['Get "https://a.test/v2/": Forbidden', 'REGISTRY_UNREACHABLE'],
    ['Patch "https://a.test/v2/x": io: read/write on closed pipe', 'REGISTRY_UNREACHABLE'],
    ['GET https://a.test/v2/: unexpected status code 503 Service Unavailable', 'REGISTRY_ERROR'],
    ['PUT https://a.test/v2/x/manifests/1: TOOMANYREQUESTS: slow down', 'REGISTRY_ERROR'],
    ['read tcp 10.0.0.1:1->10.0.0.2:443: read: connection reset by peer', 'REGISTRY_UNREACHABLE'],
    ['GET https://a.test/v2/x/manifests/1: DENIED: requested access to the resource is denied', 'REGISTRY_DENIED'],
    ['something never heard of', 'BUILD_FAILED'],
  ])('%s', (text, code) => {
    expect(fail(1, `error building image: ${text}`)).toMatchObject({ code });
  });
});

describe('buildah', () => {
  const { readOutcome } = builderOf('buildah');
  const fail = (exitCode: number, ...lines: string[]) => readOutcome({ exitCode, lines, digestFile: undefined });

  test('what it leaves out of an OCI image is an error', () => {
    const line =
      'time="2024-01-01T00:00:00Z" level=warning msg="HEALTHCHECK is not supported for OCI image format and will be ignored."';
    expect(readOutcome({ exitCode: 0, lines: [line], digestFile: DIGEST })).toMatchObject({
      kind: 'failed',
      code: 'DOCKERFILE_REFUSED',
      message: 'buildah leaves HEALTHCHECK out of a reproducible image',
    });
  });

  test('a container that keeps it from what it needs', () => {
    const said = [
      'Error during unshare(CLONE_NEWUSER): Operation not permitted',
      String.raw`time="2026-11-23T01:08:50Z" level=error msg="parsing PID \"\": strconv.Atoi: parsing \"\": invalid syntax"`,
      'time="2026-11-23T01:08:50Z" level=error msg="(Unable to determine exit status)"',
    ];
    expect(fail(1, ...said)).toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
      message: 'buildah may make no namespace here: unshare(CLONE_NEWUSER): Operation not permitted',
      hint: expect.stringContaining('security_opt = ["seccomp=unconfined"]') as string,
    });
  });

  test('a full disk', () => {
    expect(
      fail(125, 'Error: building at STEP "COPY big /big": adding: write /w/big: no space left on device'),
    ).toMatchObject({ code: 'BUILD_DISK_FULL' });
    expect(
      fail(1, "dd: error writing '/big': No space left on device", 'Error: building at STEP "RUN dd": exit status 1'),
    ).toMatchObject({ code: 'BUILD_DISK_FULL', message: 'RUN dd failed: no space was left' });
  });

  test('a push that is refused for several reasons, of which it says each in a line', () => {
    const pushed =
      'pushing image "a.test/b:c" to "docker://a.test/b:c": writing manifest: uploading manifest c to a.test/b';
    const lines = ['digest invalid: provided digest did not match', 'manifest blob unknown: blob unknown to registry'];
    expect(fail(125, `Error: ${pushed}: errors:`, ...lines)).toMatchObject({
      code: 'BUILD_PUSH_REFUSED',
      message: `the registry refused the push: a.test/b:c: writing manifest: uploading manifest c to a.test/b: errors: ${lines.join('; ')}`,
    });
  });

  test('words of a RUN', () => {
    expect(
      fail(
        125,
        'Error: building at STEP "COPY unauthorized /x": checking on sources: stat: "/unauthorized": no such file or directory',
      ),
    ).toMatchObject({ code: 'BUILD_FAILED' });
    expect(fail(1)).toMatchObject({
      code: 'BUILD_FAILED',
      message: 'buildah failed with exit code 1 without saying why',
    });
  });
});
