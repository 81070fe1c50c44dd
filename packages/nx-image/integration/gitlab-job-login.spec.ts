import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { GitlabSettings } from '../src/ci/gitlab-settings';
import { BUILT_FILES } from '../src/ci/built-files';
import { renderGitlab } from '../src/ci/gitlab/render-gitlab';
import { JOB_ARCH, runJob, scriptOf, setJobStage, type JobEnd, type JobStage } from '../testing/gitlab-job';
import { pipelineOf, plannedBuild, plannedImage, SETTINGS } from '../testing/planned-pipeline';
import { makeRecorder, type Recorder } from '../testing/recorder';

/** How jobs of a pipeline log in: what a builder finds in its config.json, and what hephy is told. */
const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const HELPER = { credHelpers: { [ECR]: 'ecr-login' } };
const PLAIN = { auths: { 'r.example.com': { auth: 'YTpi' } } };

let stage: JobStage;
let recorder: Recorder;
beforeEach(() => {
  stage = setJobStage({ run: 'x' });
  recorder = makeRecorder(
    dirname(stage.directory),
    `printf 'sha256:%064d' 1 > "$digest"; cat "$DOCKER_CONFIG/config.json" > "\${0%/*}/seen"; stat -c %a "$DOCKER_CONFIG/config.json" "$DOCKER_CONFIG/.." > "\${0%/*}/mode"; cat "$AWS_WEB_IDENTITY_TOKEN_FILE" > "\${0%/*}/token"; true`,
  );
});
afterEach(() => {
  stage.remove();
});

const beside = (name: string): string => join(dirname(stage.directory), name);

function addProgram(name: string, text: string): string {
  mkdirSync(beside('bin'), { recursive: true });
  writeFileSync(beside(`bin/${name}`), `#!/bin/sh\n${text}\n`);
  chmodSync(beside(`bin/${name}`), 0o755);
  return `${beside('bin')}:${process.env.PATH ?? ''}`;
}

function run(settings: Partial<GitlabSettings>, env: Readonly<Record<string, string>> = {}): Promise<JobEnd> {
  const platform = { os: 'linux', architecture: JOB_ARCH };
  const build = plannedBuild(platform, {
    dockerfile: `FROM ${ECR}/base@sha256:${'1'.repeat(64)}\n`,
    step: { destination: `${ECR}/team/images:t` },
  });
  return runJob(['dash'], stage.directory, stage.script(build, {}, settings), {
    HEPHY_KANIKO_EXECUTOR: recorder.path,
    ...env,
  });
}

test.each([
  ['auto', '', HELPER],
  ['auto', JSON.stringify(PLAIN), { ...PLAIN, ...HELPER }],
  ['auto', ` \n${JSON.stringify(PLAIN, null, 2)}\n`, { ...PLAIN, ...HELPER }],
  ['auto', '{ }', HELPER],
  ['auto', JSON.stringify({ auths: { [ECR]: { auth: 'YTpi' } } }), { auths: { [ECR]: { auth: 'YTpi' } } }],
  ['ecr', JSON.stringify(PLAIN), HELPER],
  ['docker', JSON.stringify(PLAIN), PLAIN],
  ['none', JSON.stringify(PLAIN), {}],
] as const)('%s, with DOCKER_AUTH_CONFIG %j', async (login, config, wanted) => {
  const PATH = addProgram('docker-credential-ecr-login', 'exit 1');
  const end = await run({ login }, { PATH, ...(config === '' ? {} : { DOCKER_AUTH_CONFIG: config }) });
  expect(end).toMatchObject({ status: 0 });
  expect(JSON.parse(readFileSync(beside('seen'), 'utf8'))).toEqual(wanted);
  expect(readFileSync(beside('mode'), 'utf8')).toBe('600\n700\n');
});

test('a helper that is not there is not named: Kaniko has it built in', async () => {
  expect(await run({ login: 'ecr' })).toMatchObject({ status: 0 });
  expect(JSON.parse(readFileSync(beside('seen'), 'utf8'))).toEqual({});
});

test('a DOCKER_AUTH_CONFIG that is none', async () => {
  const end = await run({}, { DOCKER_AUTH_CONFIG: 'r.example.com:secret' });
  expect(end.status).toBe(1);
  expect(stage.left(BUILT_FILES.problem)).toMatch(/^DOCKER_AUTH_CONFIG is no JSON object/);
  expect(end.output).not.toContain('secret');
});

describe('a role of AWS', () => {
  const role = { awsRole: 'arn:aws:iam::123456789012:role/ci', awsRegion: 'eu-central-1' };

  test('is taken by the job’s own token, which stands in a file', async () => {
    const end = await run(role, { HEPHY_ID_TOKEN: 'id-token', CI_JOB_ID: '42' });
    expect(end).toMatchObject({ status: 0 });
    expect(recorder.variables()).toMatchObject({
      AWS_ROLE_ARN: role.awsRole,
      AWS_ROLE_SESSION_NAME: 'hephy-42',
      AWS_REGION: role.awsRegion,
      AWS_WEB_IDENTITY_TOKEN_FILE: join(stage.directory, '.hephy/work/aws-token'),
    });
    expect(Object.keys(recorder.variables())).not.toContain('HEPHY_ID_TOKEN');
    expect(readFileSync(beside('token'), 'utf8')).toBe('id-token');
    expect(end.output).not.toContain('id-token');
  });

  test('needs a token', async () => {
    const end = await run(role);
    expect(end.status).toBe(1);
    expect(stage.left(BUILT_FILES.problem)).toMatch(/^this job got no id token/);
  });
});

test('a publish job hands hephy its plan, its images and the helper', async () => {
  addProgram('docker-credential-ecr-login', 'exit 1');
  const PATH = addProgram(
    'npx',
    `printf '%s\\n' "$@" "$DOCKER_CONFIG" > "\${0%/*}/../npx"; cat .hephy/plan >> "\${0%/*}/../npx"`,
  );
  const plan = pipelineOf([plannedImage('web'), plannedImage('web--debug')], { repository: `${ECR}/team` });
  const { text } = renderGitlab(plan, { ...SETTINGS, install: ['installed=yes'] }, () => 'H4sI+/=');
  const script = scriptOf(text, 'publish 1');
  const end = await runJob(['dash'], stage.directory, script, { PATH });
  expect(end).toMatchObject({ status: 0 });
  expect(readFileSync(beside('npx'), 'utf8').split('\n')).toEqual([
    ...['--no', 'hephy', 'publish', '--plan', '.hephy/plan', '--built', '.hephy/built', 'web', 'web--debug'],
    join(stage.directory, '.hephy/work/docker'),
    'H4sI+/=',
  ]);
  const failing = await runJob(['dash'], stage.directory, script, { PATH: addProgram('npx', 'exit 3') });
  expect(failing.status).toBe(3);
});

describe('an image without the helper of ECR', () => {
  const HOSTED = JSON.stringify({ auths: { [ECR]: { auth: 'YTpi' } } });
  const INSTALLED = 'update -qq\ninstall -y -qq --no-install-recommends amazon-ecr-credential-helper\n';
  const template = parseAllDocuments(readFileSync(join(__dirname, '../../../templates/hephy/template.yml'), 'utf8'))[1];
  const planner = (template?.toJS() as { 'hephy-plan': { script: string[] } })['hephy-plan'].script;
  const login = planner.find((line) => line.includes('credHelpers')) ?? '';
  const publish = scriptOf(
    renderGitlab(
      pipelineOf([plannedImage('web')], { repository: `${ECR}/team` }),
      { ...SETTINGS, install: ['true'] },
      () => 'H4sI',
    ).text,
    'publish 1',
  );

  function runIn(script: string, env: Readonly<Record<string, string>>, works = true): Promise<JobEnd> {
    addProgram('npx', 'exit 0');
    const helper = beside('bin/docker-credential-ecr-login');
    const PATH = addProgram(
      'apt-get',
      works
        ? `echo "$@" >> ${beside('asked')}; printf '#!/bin/sh\\n' > ${helper}; chmod +x ${helper}`
        : 'echo "E: no such package" >&2; exit 100',
    );
    return runJob(['dash', '-e'], stage.directory, script, {
      ...{ PATH, HOME: beside('home'), HEPHY_CI_LOGIN: 'auto', ECR_REGISTRY: `${ECR}/team` },
      ...env,
    });
  }
  const asked = (): string => (existsSync(beside('asked')) ? readFileSync(beside('asked'), 'utf8') : '');

  describe.each([
    ['the planner', login],
    ['a publish job', publish],
  ])('%s', (_, script) => {
    (process.getuid?.() === 0 ? test : test.skip)('gets it from Debian', async () => {
      expect(await runIn(script, {})).toMatchObject({ status: 0 });
      expect(asked()).toBe(INSTALLED);
    });

    (process.getuid?.() === 0 ? test : test.skip)('says so where it cannot be had', async () => {
      const end = await runIn(script, {}, false);
      expect(end.status).not.toBe(0);
      expect(end.output).toContain('cannot be installed: take a hephy_image that has it');
    });

    test('does not need it where somebody has logged in', async () => {
      expect(await runIn(script, { DOCKER_AUTH_CONFIG: HOSTED })).toMatchObject({ status: 0 });
      mkdirSync(beside('home/.docker'), { recursive: true });
      writeFileSync(beside('home/.docker/config.json'), HOSTED);
      expect(await runIn(script, {})).toMatchObject({ status: 0 });
      expect(asked()).toBe('');
    });
  });
});
