import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerIdentity } from '../src/process/owner';
import { runProcess } from '../src/process/run-process';
import { sweep } from '../src/run/sweep';
import { chooseBuilder, type BuilderSearch, type ChosenBuilder } from '../src/tools/choose-builder';
import type { BuildOnce } from '../testing/build-once';
import { setBuilderStage, type BuilderStage } from '../testing/builder-stage';
import { mayStartContainers, startDocker, startPodman, type TestEngine } from '../testing/engines';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { importKanikoImage, STAND_IN_DIGEST, standInExecutor } from '../testing/kaniko-image';
import { until } from '../testing/processes';
import { transpileInto } from '../testing/transpile';

/** How containers live and die: with Kaniko in them where there is one, with a script otherwise, that follows its flags and pushes nothing. */

const kaniko = findExternalTool('kaniko');
const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const HANGS = 'FROM {base}\nRUN echo at work && while :; do :; done\n';

const directory = mkdtempSync(join(tmpdir(), 'hephy-runtime-life-'));
let stage: BuilderStage;
beforeAll(async () => {
  stage = await setBuilderStage();
});
afterAll(async () => {
  await stage.stop();
  rmSync(directory, { recursive: true });
});

describe.each(['docker', 'podman'] as const)('%s', (name) => {
  const client = findOnPath(name);
  // Where the engine is there it must start: an engine that does not is a failure of these tests, not a reason to leave them out.
  const run = client !== undefined && busybox !== undefined && mayStartContainers() ? test : test.skip;
  let engine: TestEngine;
  let image: string;
  let chosen: ChosenBuilder;
  const search = (more: Partial<BuilderSearch> = {}): BuilderSearch => ({
    ...{ wanted: 'kaniko', local: true, env: engine.env, runtime: name, kanikoImage: image, uid: 0, runProcess },
    ...more,
  });
  const choose = (more: Partial<BuilderSearch> = {}): Promise<ChosenBuilder> => chooseBuilder(search(more));
  /** One that hangs, of this owner. */
  const container = (owner: string): string => {
    const options = [`--label=hephy.owner=${owner}`, '--network=none', '--entrypoint=/kaniko/busybox'];
    return engine.run(['run', '-d', ...options, image, 'sleep', '600']).trim();
  };

  beforeAll(async () => {
    if (run === test.skip) return;
    const started = name === 'docker' ? await startDocker() : startPodman();
    if (started === undefined) throw new Error(`${name} does not start`);
    engine = started;
    const executor = kaniko === undefined ? { script: standInExecutor() } : { path: kaniko };
    image = importKanikoImage(engine, { executor, ...(busybox === undefined ? {} : { busybox }) });
    chosen = await choose();
  });
  afterAll(() => (run === test.skip ? undefined : engine.stop()));
  afterEach(() => {
    if (run === test.skip) return;
    expect(engine.containers()).toEqual([]);
    expect(existsSync(join(stage.directory, 'work')) ? readdirSync(join(stage.directory, 'work')) : []).toEqual([]);
  });

  run(`${name}: a digest comes out, and the exit code of a RUN`, async () => {
    const built = await stage.run(
      chosen,
      { name: 'copies', dockerfile: 'FROM scratch\nCOPY a /a\n', files: { a: 'a' } },
      { env: engine.env },
    );
    expect(built.outcome).toEqual({
      kind: 'pushed',
      digest: kaniko === undefined ? STAND_IN_DIGEST : (expect.stringMatching(/^sha256:/) as string),
    });
    const failed = await stage.run(
      chosen,
      { name: 'fails', dockerfile: 'FROM {base}\nRUN exit 42\n' },
      { env: engine.env },
    );
    expect(failed.outcome).toMatchObject({
      kind: 'failed',
      code: 'BUILD_RUN_FAILED',
      message: 'RUN exit 42 failed with exit code 42',
    });
    expect(failed.end?.exitCode).toBe(42);
  });

  run(`${name}: a timeout and a stop leave no container`, async () => {
    const late = await stage.run(chosen, { name: 'hangs', dockerfile: HANGS }, { env: engine.env, timeout: 3000 });
    expect(late.outcome).toEqual({ kind: 'timed out', after: 3000 });
    expect(engine.containers()).toEqual([]);
    const stop = new AbortController();
    const onProgress = (): void => {
      stop.abort();
    };
    const stopped = await stage.run(
      chosen,
      { name: 'hangs', dockerfile: HANGS },
      { env: engine.env, signal: stop.signal, onProgress },
    );
    expect(stopped.outcome).toEqual({ kind: 'cancelled' });
  });

  run(`${name}: whoever kills the owner ends the container`, async () => {
    const code = join(directory, 'code');
    if (!existsSync(code)) transpileInto(code);
    const home = mkdtempSync(join(directory, 'killed-'));
    mkdirSync(join(home, 'context'));
    const once: BuildOnce = {
      search: { wanted: 'kaniko', local: true, env: engine.env, runtime: name, kanikoImage: image },
      run: {
        step: {
          platform: { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch },
          destination: `${stage.hosts.ok}/team/built:killed`,
          buildArgs: [],
          labels: {},
          reproducible: false,
          insecure: [],
        },
        context: join(home, 'context'),
        writesContext: false,
        dockerfile: HANGS.replace('{base}', `${stage.hosts.ok}/team/base:shell`),
        dockerConfig: undefined,
        env: engine.env,
        timeout: undefined,
        logFile: join(home, 'log'),
        secrets: [],
        workDirectory: join(home, 'work'),
      },
      answer: join(home, 'answer'),
    };
    writeFileSync(join(home, 'once.json'), JSON.stringify(once));
    const child = spawn(process.execPath, [join(code, 'testing/build-once.js'), join(home, 'once.json')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    await until(() => said.includes('RUN echo at work'));
    expect(engine.containers()).toEqual([expect.stringMatching(/^hephy-[0-9a-f]{12}$/)]);
    child.kill('SIGKILL');
    await until(() => engine.containers().length === 0);
    const [left] = readdirSync(join(home, 'work'));
    await sweep({ workDirectory: join(home, 'work'), engine: undefined, env: engine.env, runProcess });
    expect(left).toMatch(/^build-/);
    expect(readdirSync(join(home, 'work'))).toEqual([]);
  });

  run(`${name}: containers of the dead are swept, those of the living are not`, async () => {
    const dead = container(ownerIdentity().replace(/^\d+:\d+/, '1:1'));
    const living = container(ownerIdentity());
    const elsewhere = container('1:1:another@1');
    if (chosen.runtime?.kind !== 'container') throw new Error('no container');
    const work = join(directory, `work-${name}`);
    for (const [one, owner] of [
      ['build-dead', '1:1:'],
      ['build-living', ''],
      ['build-new', undefined],
      ['other', '1:1:'],
    ] as const) {
      mkdirSync(join(work, one), { recursive: true });
      if (owner !== undefined)
        writeFileSync(join(work, one, 'owner'), ownerIdentity().replace(owner === '' ? /^$/ : /^\d+:\d+:/, owner));
    }
    await sweep({ workDirectory: work, engine: chosen.runtime.engine, env: engine.env, runProcess });
    expect(readdirSync(work).sort()).toEqual(['build-living', 'build-new', 'other']);
    const left = engine.run(['container', 'ls', '--all', '--quiet', '--no-trunc']);
    expect(left).not.toContain(dead);
    expect(left).toContain(living);
    expect(left).toContain(elsewhere);
    engine.remove([living, elsewhere]);
  });

  run(`${name}: no secret is in an argv, and the builder has it`, async () => {
    const wrapper = join(directory, `${name}-recorded`);
    const record = `${wrapper}.log`;
    writeFileSync(wrapper, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${record}'\nexec '${client ?? ''}' "$@"\n`);
    chmodSync(wrapper, 0o755);
    const secret = 'a-session-token-value';
    const env = { ...engine.env, [`HEPHY_${name.toUpperCase()}`]: wrapper, AWS_SESSION_TOKEN: secret };
    const recorded = await choose({ env });
    const found = await stage.run(
      recorded,
      { name: 'copies', dockerfile: 'FROM scratch\nCOPY a /a\n', files: { a: 'a' } },
      { env },
    );
    expect(found.outcome).toMatchObject({ kind: 'pushed' });
    const argv = readFileSync(record, 'utf8');
    expect(argv).toContain('--env=AWS_SESSION_TOKEN\n');
    expect(argv).not.toContain(secret);
    expect(argv).not.toContain('--init');
  });

  run(`${name}: a container that the engine does not remove at first is removed`, async () => {
    const wrapper = join(directory, `${name}-unwilling`);
    const refused = `${wrapper}.refused`;
    const refuse = `echo "timed out waiting for file: internal error" >&2; exit 125`;
    writeFileSync(
      wrapper,
      `#!/bin/sh\nif [ "$1" = rm ] && [ ! -e '${refused}' ]; then : > '${refused}'; ${refuse}; fi\nexec '${client ?? ''}' "$@"\n`,
    );
    chmodSync(wrapper, 0o755);
    const env = { ...engine.env, [`HEPHY_${name.toUpperCase()}`]: wrapper };
    const unwilling = await choose({ env });
    const found = await stage.run(unwilling, { name: 'fails', dockerfile: 'FROM {base}\nRUN exit 42\n' }, { env });
    expect(found.end?.exitCode).toBe(42);
    expect(existsSync(refused)).toBe(true);
    expect(engine.containers()).toEqual([]);
    rmSync(refused);
    if (unwilling.runtime?.kind !== 'container') throw new Error('no container');
    container(ownerIdentity().replace(/^\d+:\d+/, '1:1'));
    await sweep({ workDirectory: join(directory, 'none'), engine: unwilling.runtime.engine, env, runProcess });
    expect(existsSync(refused)).toBe(true);
  });

  run(`${name}: an image that cannot be had, is outdated, or has volumes`, async () => {
    await expect(choose({ kanikoImage: `${stage.hosts.closed}/kaniko:v1` })).rejects.toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`^${name} cannot pull ${stage.hosts.closed}/kaniko:v1: `)) as string,
      hint: expect.stringContaining('HEPHY_KANIKO_IMAGE') as string,
    });
    const more = busybox === undefined ? {} : { busybox };
    const old = importKanikoImage(engine, { executor: { script: standInExecutor('v1.23.2') }, ...more }, 'old');
    await expect(choose({ kanikoImage: old })).rejects.toMatchObject({ code: 'BUILDER_OUTDATED' });
    const debug = importKanikoImage(
      engine,
      { executor: { script: standInExecutor() }, ...more, volume: '/busybox' },
      'debug',
    );
    await expect(choose({ kanikoImage: debug })).rejects.toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
      message: 'localhost/debug:test declares the volume /busybox',
    });
  });

  run(`${name}: auto takes it where there is no bubblewrap, and says why`, async () => {
    const bin = mkdtempSync(join(directory, 'bin-'));
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${client ?? ''}' "$@"\n`);
    chmodSync(join(bin, name), 0o755);
    const found = await choose({ env: { ...engine.env, PATH: bin }, runtime: 'auto' });
    expect(found.runtime).toMatchObject({ kind: 'container', engine: { name } });
    expect(found.considered.map(({ runtime, usable }) => [runtime, usable])).toEqual([
      ['bubblewrap', false],
      ['docker', name === 'docker'],
      ['podman', name === 'docker' ? undefined : true],
    ]);
  });
});

test('an engine that is not there, or on another machine, is refused in words', async () => {
  const choose = (runtime: string, env: Readonly<Record<string, string>>): Promise<ChosenBuilder> =>
    chooseBuilder({ wanted: 'kaniko', local: true, env, runtime, uid: 0, runProcess });
  await expect(choose('podman', { PATH: directory })).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    message: 'podman cannot run Kaniko here: it is not on this machine',
    hint: expect.stringContaining('podman is what the option `runtime` asks for') as string,
  });
  const docker = join(directory, 'docker');
  writeFileSync(docker, '#!/bin/sh\necho \'{"ServerVersion":"27.0.0","OSType":"linux"}\'\n');
  chmodSync(docker, 0o755);
  await expect(choose('docker', { PATH: directory, DOCKER_HOST: 'tcp://docker:2375' })).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    message: expect.stringMatching(/behind tcp:\/\/docker:2375, perhaps on another machine/) as string,
  });
  await expect(choose('kubernetes', {})).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
});
