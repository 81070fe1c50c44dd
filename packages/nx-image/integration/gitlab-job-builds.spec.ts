import { rmSync, mkdtempSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builderOf } from '../src/builders/builders';
import { BUILT_FILES } from '../src/ci/built-files';
import type { PlannedBuild } from '../src/ci/pipeline-plan';
import { mayStartContainers, startDocker, type TestEngine } from '../testing/engines';
import { findExternalTool } from '../testing/external-tools';
import { pushImage } from '../testing/fixture-images';
import { JOB_ARCH, runJob, runJobInContainer, setJobStage, type JobEnd, type JobStage } from '../testing/gitlab-job';
import { A_MOMENT, HOST_ARCHITECTURE, hostProgramFiles } from '../testing/host-shell';
import { HOSTILE } from '../testing/hostile-values';
import { flattenLayers, readImage, type LayerEntry, type ReadImage } from '../testing/image-layers';
import { importBuildahImage, importDebugImage } from '../testing/pipeline-images';
import { plannedBuild } from '../testing/planned-pipeline';
import { startRegistry, TEST_LOGIN, type TestRegistry } from '../testing/registry-server';
import { installStandIns } from '../testing/stand-in/install';

/** The rendered script of a build job where it really builds: Kaniko's stand-in and buildah on this machine, Kaniko itself in a container of an image like its debug image. */

const PLATFORM = { os: 'linux', architecture: JOB_ARCH };
const executor = findExternalTool('kaniko');
const inContainers = executor !== undefined && mayStartContainers();

let registry: TestRegistry;
let closed: TestRegistry;
let base: string;
let directory: string;
let standIn: string;
let docker: TestEngine | undefined;
let debugImage: string;
beforeAll(async () => {
  [registry, closed] = await Promise.all([startRegistry(), startRegistry({ login: true })]);
  directory = mkdtempSync(join(tmpdir(), 'hephy-gitlab-job-'));
  standIn = installStandIns(directory).kaniko;
  const shell = {
    platform: `linux/${HOST_ARCHITECTURE}`,
    files: hostProgramFiles('/bin/sh', '/bin/sleep'),
    docker: true,
  };
  const { digest } = await pushImage(registry.host, 'team/base', 'shell', shell);
  base = `${registry.host}/team/base@${digest}`;
  if (!inContainers) return;
  docker = await startDocker();
  if (docker !== undefined) debugImage = importDebugImage(docker, executor);
});
afterAll(async () => {
  await docker?.stop();
  await Promise.all([registry.stop(), closed.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

let stage: JobStage;
beforeEach(() => {
  stage = setJobStage({ 'a file': 'a', run: 'b' });
});
afterEach(() => {
  stage.remove();
});

interface Place {
  readonly name: string;
  readonly builder: PlannedBuild['builder'];
  readonly there: boolean;
  readonly run: (script: string, env?: Readonly<Record<string, string>>) => Promise<JobEnd>;
}

const SECRETS = { CI_JOB_TOKEN: 'token-of-the-job', DOCKER_AUTH_CONFIG: '{"auths":{}}' };
const PLACES: readonly Place[] = [
  {
    name: 'the stand-in, by dash',
    builder: 'kaniko',
    there: true,
    run: (script, env) =>
      runJob(['dash'], stage.directory, script, { ...SECRETS, ...env, HEPHY_KANIKO_EXECUTOR: standIn }),
  },
  {
    name: 'buildah, by bash',
    builder: 'buildah',
    there: true,
    run: (script, env) => runJob(['bash', '--norc'], stage.directory, script, { ...SECRETS, ...env }),
  },
  {
    name: 'Kaniko in a container, by busybox',
    builder: 'kaniko',
    there: inContainers,
    run: (script, env) => {
      if (docker === undefined) throw new Error('docker did not start');
      return runJobInContainer(docker, debugImage, stage.directory, script, { ...SECRETS, ...env });
    },
  },
];

function buildOf(place: Place, dockerfile: string, changes: Parameters<typeof plannedBuild>[1] = {}): PlannedBuild {
  const destination = `${registry.host}/team/built:t`;
  return plannedBuild(PLATFORM, {
    builder: place.builder,
    dockerfile,
    ...changes,
    step: { destination, reproducible: true, ...changes.step },
  });
}

async function built(): Promise<ReadImage> {
  return readImage(registry.host, 'team/built', stage.left(BUILT_FILES.digest)?.trim() ?? '');
}

/** Layers are read bytewise. */
function utf8(entry: LayerEntry | undefined): string {
  return Buffer.from(entry?.content ?? '(missing)', 'latin1').toString();
}

function runIn(place: Place, build: PlannedBuild): Promise<JobEnd> {
  return place.run(stage.script(build));
}

for (const place of PLACES) {
  const run = place.there ? test : test.skip;
  describe(place.name, () => {
    run('every value is in the image, byte for byte, and none was run', async () => {
      const values = HOSTILE.map((value, index) => ({ name: `A${index}`, value }));
      const labels = Object.fromEntries(HOSTILE.slice(0, -1).map((value, index) => [`label.${index}`, value]));
      const dockerfile = [
        `FROM ${base} AS other`,
        'RUN exit 1',
        `FROM ${base} AS final`,
        ...values.map(({ name }) => `ARG ${name}`),
        'COPY . /context/',
        `RUN ${values.map(({ name }) => `printf %s "$${name}" > /${name}`).join(' && ')} && printf %s "$CI_JOB_TOKEN" > /token && umask > /umask`,
        '# `touch canary` $(touch canary)',
        '',
      ].join('\r\n');
      const build = buildOf(place, dockerfile, { step: { buildArgs: values, labels, target: 'final' } });
      // In a pipeline so large that scripts are packed.
      const script = stage.script(build, {}, { variables: { LARGE: 'x'.repeat(1_000_000) } });
      expect(script).toMatch(/\nhephy_packed \S+\n?$/);
      const end = await place.run(script);
      expect(end).toMatchObject({ status: 0 });
      const image = await built();
      const files = flattenLayers(image.layers);
      for (const { name, value } of values) expect([name, utf8(files.get(name))]).toEqual([name, value]);
      expect(image.config.config?.Labels).toMatchObject(labels);
      expect(files.get('token')?.content).toBe('');
      expect(files.get('umask')?.content).toMatch(/^0*022\n$/);
      expect(files.get('context/a file')?.content).toBe('a');
      expect(stage.left(BUILT_FILES.dockerfile)).toBe(dockerfile);
      expect(stage.left(BUILT_FILES.status)).toBe('0\n');
      expect(stage.left(BUILT_FILES.times)).toMatch(/^\d{10}\n\d{10}\n$/);
      for (const path of ['canary', '../canary']) expect(existsSync(join(stage.directory, path))).toBe(false);
      expect(end.output).not.toContain('token-of-the-job');
    });

    run('a RUN that fails: its exit code and what it said are left', async () => {
      const end = await runIn(place, buildOf(place, `FROM ${base}\nRUN echo said-before; ${A_MOMENT}; exit 42\n`));
      expect(end.status).toBe(42);
      expect(stage.left(BUILT_FILES.status)).toBe('42\n');
      expect(stage.left(BUILT_FILES.log)).toContain('said-before');
      expect(end.output).toContain('said-before');
      expect(stage.left(BUILT_FILES.timedOut)).toBeUndefined();
    });

    run('a builder whose time is up is ended with all that it started', async () => {
      const begun = performance.now();
      const end = await runIn(place, buildOf(place, `FROM ${base}\nRUN echo begun && sleep 1000\n`, { timeout: 4000 }));
      expect(end.status).toBeGreaterThan(0);
      expect(stage.left(BUILT_FILES.timedOut)).toBe('');
      expect(stage.left(BUILT_FILES.status)).not.toBe('0\n');
      expect(end.output).toContain('its time, 4 s, was up');
      expect(performance.now() - begun).toBeLessThan(120_000);
    });

    run('the login of DOCKER_AUTH_CONFIG pushes, and no RUN is told of it', async () => {
      const destination = `${closed.host}/team/built:t`;
      const auth = Buffer.from(`${TEST_LOGIN.username}:${TEST_LOGIN.password}`).toString('base64');
      const DOCKER_AUTH_CONFIG = JSON.stringify({ auths: { [closed.host]: { auth } } });
      const build = buildOf(place, `FROM ${base}\nRUN test -z "$DOCKER_AUTH_CONFIG$DOCKER_CONFIG"\n`, {
        step: { destination },
      });
      const script = stage.script(build);
      expect((await place.run(script)).status).not.toBe(0);
      expect(await place.run(script, { DOCKER_AUTH_CONFIG })).toMatchObject({ status: 0 });
      const headers = { authorization: `Basic ${auth}` };
      const listed = await fetch(`http://${closed.host}/v2/team/built/tags/list`, { headers });
      expect(await listed.json()).toMatchObject({ tags: ['t'] });
    });

    run('what is not pushed is built', async () => {
      const destination = `${registry.host}/team/unpushed:t`;
      const end = await runIn(
        place,
        buildOf(place, `FROM ${base}\nRUN echo > /x\n`, { step: { destination, push: false } }),
      );
      expect(end).toMatchObject({ status: 0 });
      expect((await fetch(`http://${registry.host}/v2/team/unpushed/manifests/t`)).status).toBe(404);
    });
  });
}

describe('buildah in a container', () => {
  const run = inContainers ? test : test.skip;
  let image: string | undefined;
  beforeAll(() => {
    if (docker !== undefined) image = importBuildahImage(docker);
  });
  const build = async (options: readonly string[]) => {
    if (docker === undefined || image === undefined) throw new Error('there is no docker, or this is no Debian');
    const script = stage.script(buildOf(PLACES[1]!, `FROM ${base}\nCOPY . /context/\nRUN echo made > /made\n`));
    return runJobInContainer(docker, image, stage.directory, script, SECRETS, options);
  };

  run.each(['--security-opt=seccomp=unconfined', '--cap-add=SYS_ADMIN'])('%s is all that it needs', async (option) => {
    expect(await build([option])).toMatchObject({ status: 0 });
    const files = flattenLayers((await built()).layers);
    expect([files.get('made')?.content, files.get('context/run')?.content]).toEqual(['made\n', 'b']);
  });

  run('as engines have it by themselves, it may make no namespace, and that is what people are told', async () => {
    const end = await build([]);
    expect(end.status).not.toBe(0);
    const lines = stage.left(BUILT_FILES.log)?.split('\n') ?? [];
    const outcome = builderOf('buildah').readOutcome({ exitCode: end.status ?? 0, lines, digestFile: undefined });
    expect(outcome).toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
  });
});

describe('Kaniko deletes the root it runs in', () => {
  const run = inContainers ? test : test.skip;
  const kaniko = PLACES[2]!;

  run('an image that writes where the tools of the job are is refused', async () => {
    const end = await runIn(kaniko, buildOf(kaniko, `FROM ${base}\nCOPY run /busybox/own\n`));
    expect(end.status).toBe(1);
    expect(stage.left(BUILT_FILES.problem)).toMatch(/^the image writes to \/busybox, /);
    expect(stage.left(BUILT_FILES.status)).toBeUndefined();
  });

  run('tools of the job that are in no volume, and so are gone', async () => {
    const script = stage.script(
      buildOf(kaniko, `FROM ${base}\nRUN echo said; ${A_MOMENT}\nCOPY run /tools/own\n`, { timeout: 60_000 }),
    );
    const end = await kaniko.run(`cp -R /busybox /tools && export PATH=/kaniko:/tools\n${script}`);
    expect(end).toMatchObject({ status: 0 });
    expect(flattenLayers((await built()).layers).get('tools/own')?.content).toBe('b');
    expect(stage.left(BUILT_FILES.log)).toContain('said');
    expect(stage.left(BUILT_FILES.times)).toMatch(/^\d{10}\n\d{10}\n$/);
  });

  run.each([
    ['a machine', 'mkdir -p /usr/bin', 'Kaniko would delete /usr: this root is more than the image of Kaniko'],
    ['no volume', 'cp -R . /copy && cd /copy', 'Kaniko would delete /copy: the directory of the job is no mount'],
    ['no Kaniko', 'rm /kaniko/executor', 'there is no /kaniko/executor'],
  ])('%s: nothing is deleted', async (_, before, problem) => {
    const script = stage.script(buildOf(kaniko, `FROM ${base}\n`));
    const end = await kaniko.run(
      `${before}\n(${script.replace(/^set -e\n/, '')})\nprintf 'left: %s\\n' "$?"; ls -d /etc /kaniko`,
    );
    expect(end.output).toContain(`hephy: ${problem}`);
    expect(end.output).toContain('left: 1\n/etc\n/kaniko\n');
  });
});
