import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUILT_FILES } from '../src/ci/built-files';
import { renderGitlab } from '../src/ci/gitlab/render-gitlab';
import { JOB_ARCH, runJob, scriptOf, setJobStage, type JobEnd, type JobStage } from '../testing/gitlab-job';
import { makeProgram } from '../testing/make-program';
import { pipelineOf, plannedBuild, plannedImage, SETTINGS } from '../testing/planned-pipeline';
import { makeRecorder } from '../testing/recorder';

/** What jobs leave on a runner, which keeps directories, and in their artifacts, however they end. */

type Shell = readonly [string, ...string[]];
const SHELLS: readonly [Shell][] = [[['dash']], [['busybox', 'sh']], [['bash', '--norc']]];
const DIGEST = `printf 'sha256:%064d' 1 > "$digest"`;
const SECRETS = {
  DOCKER_AUTH_CONFIG: '{"auths":{"r.example.com":{"auth":"c2VjcmV0OnNlY3JldA=="}}}',
  HEPHY_ID_TOKEN: 'token-of-the-job',
  CI_JOB_ID: '1',
};

let stage: JobStage;
beforeEach(() => {
  stage = setJobStage({ a: 'a' }, "it's a $HOME; `id` job");
});
afterEach(() => {
  stage.remove();
});

const leftOver = (): boolean => existsSync(join(stage.directory, '.hephy/work'));

/** Of a builder that does this. */
function build(shell: Shell, does: string, env: Readonly<Record<string, string>> = {}): Promise<JobEnd> {
  const recorder = makeRecorder(dirname(stage.directory), does);
  const platform = { os: 'linux', architecture: JOB_ARCH };
  const script = stage.script(plannedBuild(platform, { timeout: 60_000 }), {}, { awsRole: 'arn:aws:iam::1:role/x' });
  return runJob([...shell], stage.directory, script, { HEPHY_KANIKO_EXECUTOR: recorder.path, ...SECRETS, ...env });
}

describe.each(SHELLS)('by %j', (shell) => {
  test('the credentials of a build job are gone when it has ended well', async () => {
    const seen = '[ -s "$DOCKER_CONFIG/config.json" ] && [ -s "$AWS_WEB_IDENTITY_TOKEN_FILE" ]';
    const end = await build(shell, `${seen} && ${DIGEST}`);
    expect(end).toMatchObject({ status: 0 });
    expect(leftOver()).toBe(false);
    expect(stage.left(BUILT_FILES.status)).toBe('0\n');
    expect(end.output.match(/section_start:/g)).toHaveLength(end.output.match(/section_end:/g)?.length ?? 0);
  });

  test('when its builder has failed, and when it was never started', async () => {
    expect((await build(shell, 'exit 42')).status).toBe(42);
    expect(leftOver()).toBe(false);
    expect((await build(shell, DIGEST, { DOCKER_AUTH_CONFIG: 'no JSON' })).status).toBe(1);
    expect(stage.left(BUILT_FILES.problem)).toMatch(/^DOCKER_AUTH_CONFIG is no JSON/);
    expect(leftOver()).toBe(false);
  });

  test.each([
    ['TERM', 143],
    ['HUP', 129],
  ])('when a signal ends it, and its builder with it: %s', async (signal, status) => {
    // The output of a job whose builder lives on has no end.
    const end = await build(shell, `sleep 1000 & kill -s ${signal} "$PPID"; wait`);
    expect(end.status).toBe(status);
    expect(leftOver()).toBe(false);
    expect(stage.left(BUILT_FILES.status)).toBeUndefined();
  });

  test.each([
    ['publish 1', 'exit 0', true],
    ['publish 1', 'exit 3', false],
    ['prepare web', 'exit 0', true],
  ])('of %s, where hephy says %s', async (job, does, well) => {
    const source = { kind: 'target' as const, project: 'web' };
    const plan = pipelineOf([
      plannedImage('web', { context: { kind: 'prepared', source, fingerprint: '0'.repeat(64) } }),
    ]);
    const script = scriptOf(renderGitlab(plan, { ...SETTINGS, install: ['true'] }, () => 'H4sI').text, job);
    const beside = dirname(stage.directory);
    makeProgram(join(beside, 'bin/npx'), `ls .hephy > ${beside}/seen; ${does}`);
    const PATH = `${join(beside, 'bin')}:${process.env.PATH ?? ''}`;
    const end = await runJob([...shell], stage.directory, script, { PATH, ...SECRETS });
    expect(end.status === 0).toBe(well);
    expect(readFileSync(join(beside, 'seen'), 'utf8')).toBe('plan\nwork\n');
    expect(leftOver()).toBe(false);
  });

  describe('a proxy’s user and password', () => {
    const print = `echo "at $HTTP_PROXY, $https_proxy, $NO_PROXY"; echo "pass $SECRET"; printf 'no end'`;
    const secret = String.raw`p.*[w]^$\&|x`;
    const does = (own: string): string => `SECRET='${own}'; ${print}; ${DIGEST}`;

    test('are not in the log that everybody may fetch', async () => {
      const end = await build(shell, does(secret), {
        HTTP_PROXY: `http://me:${secret}@proxy.example.com:3128/`,
        https_proxy: 'http://me%40x:abc@other.example.com',
        NO_PROXY: '.example.com',
      });
      expect(end).toMatchObject({ status: 0 });
      expect(stage.left(BUILT_FILES.log)).toBe(
        'at http://***@proxy.example.com:3128/, http://***@other.example.com, .example.com\npass ***\nno end',
      );
    });

    test('are not there: nothing of the log is changed', async () => {
      await build(shell, does(secret), { HTTP_PROXY: 'http://proxy.example.com:3128' });
      expect(stage.left(BUILT_FILES.log)).toBe(`at http://proxy.example.com:3128, , \npass ${secret}\nno end`);
    });
  });
});

test('a job of hephy’s own takes nothing for prepared that lies there', async () => {
  const source = { kind: 'target' as const, project: 'web' };
  const plan = pipelineOf([plannedImage('web', { context: { kind: 'prepared', source, fingerprint: undefined } })]);
  const script = scriptOf(renderGitlab(plan, { ...SETTINGS, install: ['true'] }, () => 'H4sI').text, 'prepare web');
  const stale = join(stage.directory, '.hephy/contexts/other.tar');
  makeProgram(stale, '');
  const beside = dirname(stage.directory);
  makeProgram(join(beside, 'bin/npx'), 'exit 0');
  const PATH = `${join(beside, 'bin')}:${process.env.PATH ?? ''}`;
  expect(await runJob(['dash'], stage.directory, script, { PATH })).toMatchObject({ status: 0 });
  expect(existsSync(stale)).toBe(false);
});
