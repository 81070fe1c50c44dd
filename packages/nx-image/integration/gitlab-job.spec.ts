import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { builderOf } from '../src/builders/builders';
import { BUILT_FILES, builtDirectory } from '../src/ci/built-files';
import { contextFingerprint, type FingerprintedEntry } from '../src/ci/context-fingerprint';
import type { PlannedImage } from '../src/ci/pipeline-plan';
import { jobPaths } from '../src/ci/shell/job-words';
import { JOB_ARCH, runJob, setJobStage, type JobEnd, type JobStage } from '../testing/gitlab-job';
import { HOSTILE } from '../testing/hostile-values';
import { pipelineOf, plannedBuild } from '../testing/planned-pipeline';
import { makeRecorder, type Recorder } from '../testing/recorder';
import { writeTar } from '../src/run/handed/write-tar';

/** The rendered script of a build job, run by shells of this machine, with a builder that writes down what it was given. */

const PLATFORM = { os: 'linux', architecture: JOB_ARCH };
const RUN = pipelineOf([]).handed.run.id;
const SHELLS: readonly [string, ...string[]][] = [['dash'], ['busybox', 'sh'], ['bash', '--norc']];
const SECRETS = { CI_JOB_TOKEN: 'token-of-the-job', DOCKER_AUTH_CONFIG: '{"auths":{"r.example.com":{"auth":"YTpi"}}}' };

let stage: JobStage;
let recorder: Recorder;
beforeEach(() => {
  // A path that a shell would take apart.
  stage = setJobStage({ 'a file': 'a', 'sub/b': 'b' }, "it's a $HOME; `id` job");
  recorder = makeRecorder(dirname(stage.directory));
});
afterEach(() => {
  stage.remove();
});

function run(
  build = plannedBuild(PLATFORM),
  changes: Partial<PlannedImage> = {},
  more: Readonly<Record<string, string>> = {},
): Promise<JobEnd> {
  return runJob(['dash'], stage.directory, stage.script(build, changes), {
    HEPHY_KANIKO_EXECUTOR: recorder.path,
    ...more,
  });
}

function file(path: string, text: string, kind: 'file' | 'executable' = 'file'): FingerprintedEntry {
  return { path, kind, content: createHash('sha256').update(text).digest('hex') };
}

const at = (path: string): string => join(stage.directory, path);

test.each(SHELLS)('every word reaches the builder as it is, and nothing of the environment: %s', async (...shell) => {
  const build = plannedBuild(PLATFORM, {
    step: {
      buildArgs: HOSTILE.map((value, index) => ({ name: `A${index}`, value })),
      labels: Object.fromEntries(HOSTILE.slice(0, -1).map((value, index) => [`label.${index}`, value])),
      target: 'a,"b\' $(touch canary)',
      reproducible: true,
      mirror: 'mirror.example.com/hub',
      insecure: ['plain.example.com:80'],
    },
    timeout: 60_000,
  });
  const passed = { https_proxy: 'http://proxy.example.com', AWS_REGION: 'eu-central-1', SSL_CERT_FILE: '/ca.pem' };
  const kept = { AWS_lower: 'x', GIT_TOKEN: 'x', MULTILINE: 'a\nUID=1\nhephy_job=x\nPATH=x' };
  const end = await runJob(shell, stage.directory, stage.script(build), {
    HEPHY_KANIKO_EXECUTOR: recorder.path,
    ...SECRETS,
    ...passed,
    ...kept,
  });
  expect(end).toMatchObject({ status: 0 });
  const paths = jobPaths(stage.directory, builtDirectory('web', PLATFORM));
  const [wanted] = builderOf('kaniko').invocations({ ...build.step, paths });
  expect(recorder.words()).toEqual(wanted?.arguments);
  expect(recorder.variables()).toEqual({
    ...wanted?.env,
    ...builderOf('kaniko').rootEnvironment(paths),
    ...passed,
    HOME: at('.hephy/work/home'),
    TMPDIR: at('.hephy/work/tmp'),
    PATH: process.env.PATH,
    SSL_CERT_DIR: '/kaniko/ssl/certs',
  });
  expect(readdirSync(stage.directory).sort()).toEqual(['.hephy', 'projects']);
  expect(readdirSync(dirname(stage.directory))).not.toContain('canary');
  expect(end.output).not.toContain('token-of-the-job');
});

describe('the context', () => {
  test('another file, and the builder is not started', async () => {
    writeFileSync(at('projects/web/a file'), 'b');
    const end = await run();
    expect(end.status).toBe(1);
    expect(recorder.started()).toBe(false);
    expect(stage.left(BUILT_FILES.status)).toBeUndefined();
    expect(stage.left(BUILT_FILES.problem)).toMatch(/^the files of the context are not those that were planned: /);
    expect(end.output).toContain('./a file\n./sub/b\n');
  });

  test('is what a copy is anywhere: modes, times, nothing of git, no empty directory, what is removed', async () => {
    const web = (path: string): string => at(`projects/web/${path}`);
    for (const path of ['empty/deeper', '.git', 'sub/.git', 'left out/x', '.hidden'])
      mkdirSync(web(path), { recursive: true });
    for (const path of ['.git/config', 'sub/.git/config', 'left out/x/y', '.hidden/z', '..odd', 'ignored'])
      writeFileSync(web(path), path);
    symlinkSync('/nowhere', web('dangling'));
    symlinkSync(dirname(stage.directory), web('leads out'));
    chmodSync(web('sub/b'), 0o777);
    chmodSync(web('a file'), 0o600);
    chmodSync(web('sub'), 0o2777);
    recorder = makeRecorder(
      dirname(stage.directory),
      `printf 'sha256:%064d' 1 > "$digest"; cd "$context" && find . -printf '%P %y %m %TY-%Tm-%Td %l\\n' | LC_ALL=C sort > "\${0%/*}/seen"`,
    );
    const entries: FingerprintedEntry[] = [
      file('..odd', '..odd'),
      file('.hidden/z', '.hidden/z'),
      file('a file', 'a'),
      file('sub/b', 'b', 'executable'),
      { path: 'dangling', kind: 'symlink', content: '/nowhere' },
      { path: 'leads out', kind: 'symlink', content: dirname(stage.directory) },
    ];
    const context = {
      kind: 'checkout' as const,
      directory: 'projects/web',
      remove: ['left out', 'ignored', "leads out/it's a $HOME; `id` job", 'not there/at all'],
      fingerprint: contextFingerprint({ entries }),
    };
    expect(await run(undefined, { context })).toMatchObject({ status: 0 });
    expect(
      readFileSync(at('../seen'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'd 755 1980-01-02',
      '..odd f 644 1980-01-02',
      '.hidden d 755 1980-01-02',
      '.hidden/z f 644 1980-01-02',
      'a file f 644 1980-01-02',
      'dangling l 777 1980-01-02 /nowhere',
      `leads out l 777 1980-01-02 ${dirname(stage.directory)}`,
      'sub d 755 1980-01-02',
      'sub/b f 755 1980-01-02',
    ]);
    expect(existsSync(at('projects/web/a file'))).toBe(true);
  });

  test('is the whole checkout without what jobs leave in it', async () => {
    mkdirSync(at('.hephy/built/other'), { recursive: true });
    const context = {
      kind: 'checkout' as const,
      directory: '.',
      remove: [],
      fingerprint: contextFingerprint({ entries: [file('projects/web/a file', 'a'), file('projects/web/sub/b', 'b')] }),
    };
    expect(await run(undefined, { context })).toMatchObject({ status: 0 });
    expect(existsSync(at('.hephy/built/other'))).toBe(true);
  });

  test.each([
    ['an upstream', ['dash'], { kind: 'upstream', repo: 'https://git.example.com/x', commit: 'c'.repeat(40) }],
    ['a target', ['busybox', 'sh'], { kind: 'target', project: '@team/web' }],
  ] as const)('of %s is what was prepared, unpacked by %j', async (_, shell, source) => {
    const names = ['a file', `${'long/'.repeat(40)}name`, `日本語/${'ü'.repeat(60)}`, '-x', "it's $HOME"];
    const entries = names.map((name) => file(name, name, name === '-x' ? 'executable' : 'file'));
    entries.push({ path: 'link', kind: 'symlink', content: `${'../'.repeat(40)}nowhere` });
    for (const { path } of entries.slice(0, -1)) {
      mkdirSync(dirname(at(`from/${path}`)), { recursive: true });
      writeFileSync(at(`from/${path}`), path);
    }
    mkdirSync(at('.hephy/contexts/@team'), { recursive: true });
    await writeTar(at('.hephy/contexts/@team/web.tar'), entries, at('from'), new AbortController().signal);
    const fingerprint = contextFingerprint({ entries });
    const known = source.kind === 'target' ? fingerprint : undefined;
    writeFileSync(at('.hephy/contexts/@team/web.fingerprint'), known === undefined ? `${fingerprint}\n` : 'x');
    writeFileSync(at('.hephy/contexts/@team/web.run'), `${RUN}\n`);
    for (const path of ['projects', 'from']) rmSync(at(path), { recursive: true });
    const context = { kind: 'prepared' as const, source, fingerprint: known };
    const script = stage.script(plannedBuild(PLATFORM), { context, project: '@team/web' });
    const end = await runJob([...shell], stage.directory, script, { HEPHY_KANIKO_EXECUTOR: recorder.path });
    expect(end).toMatchObject({ status: 0 });
    expect(recorder.started()).toBe(true);
  });

  test.each(['nobody', 'another pipeline on this runner'])('that %s prepared is a problem', async (who) => {
    const source = { kind: 'target' as const, project: 'web' };
    const fingerprint = contextFingerprint({ entries: [file('a', 'a')] });
    if (who !== 'nobody') {
      mkdirSync(at('.hephy/contexts'), { recursive: true });
      mkdirSync(at('from'));
      writeFileSync(at('from/a'), 'a');
      await writeTar(at('.hephy/contexts/web.tar'), [file('a', 'a')], at('from'), new AbortController().signal);
      writeFileSync(at('.hephy/contexts/web.fingerprint'), `${fingerprint}\n`);
      writeFileSync(at('.hephy/contexts/web.run'), 'another run\n');
    }
    const end = await run(undefined, { context: { kind: 'prepared', source, fingerprint } });
    expect(end.status).toBe(1);
    expect(stage.left(BUILT_FILES.problem)).toMatch(/has left none/);
  });
});

describe('the Dockerfile', () => {
  const standIn = `sha256:${'5'.repeat(64)}` as const;
  const digest = `sha256:${'d'.repeat(64)}`;
  const leave = (image: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(at(`.hephy/built/${image}/${JOB_ARCH}`), { recursive: true });
    for (const [name, text] of Object.entries(files))
      writeFileSync(at(`.hephy/built/${image}/${JOB_ARCH}/${name}`), text);
  };

  test('is what was planned, byte for byte, with the digests of bases that other jobs built', async () => {
    const dockerfile = `\ufeff# 'x' "y" \`z\` $HOME\r\nFROM r/a@${standIn} AS b\r\nRUN echo \\\r\n  \t x\n\n\nRUN <<'EOF'\n$(touch canary)\nEOF`;
    const planned = stage.script(
      plannedBuild(PLATFORM, { dockerfile, pending: [{ standIn, image: 'parent--debug', platform: PLATFORM }] }),
    );
    leave('parent--debug', { digest, run: `${RUN}\n`, status: '0\n' });
    recorder = makeRecorder(
      dirname(stage.directory),
      `printf 'sha256:%064d' 1 > "$digest"; cat "$dockerfile" > "\${0%/*}/seen"; cat "$dockerfile.dockerignore" >> "\${0%/*}/seen"`,
    );
    const end = await runJob(['dash'], stage.directory, planned, { HEPHY_KANIKO_EXECUTOR: recorder.path });
    expect(end).toMatchObject({ status: 0 });
    const built = dockerfile.replace(standIn, digest);
    expect(stage.left(BUILT_FILES.dockerfile)).toBe(built);
    expect(readFileSync(at('../seen'), 'utf8')).toBe(built);
  });

  test.each([
    { digest: '' },
    { digest: 'sha256:xyz\n' },
    { digest: `sha512:${'d'.repeat(64)}` },
    { digest: `sha256:${'d'.repeat(63)}/` },
    { run: 'another run\n' },
    { status: '1\n' },
    { status: '' },
    { problem: 'the checkout has been changed\n' },
    { 'timed-out': '' },
  ])('is not built on what another job has left with %j', async (left) => {
    leave('parent', { digest, run: `${RUN}\n`, status: '0\n', ...left });
    const end = await run(plannedBuild(PLATFORM, { pending: [{ standIn, image: 'parent', platform: PLATFORM }] }));
    expect(end.status).toBe(1);
    expect(recorder.started()).toBe(false);
    expect(stage.left(BUILT_FILES.problem)).toMatch(/that builds parent for .* has not ended well/);
  });
});
