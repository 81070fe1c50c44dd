import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import type { BuilderRunEnd } from '../src/run/builder-run';
import { chooseBuilder, type BuilderSearch } from '../src/tools/choose-builder';
import type { BuildOnce, BuildOnceEnd } from '../testing/build-once';
import { setBuilderStage, type BuilderStage } from '../testing/builder-stage';
import { mayStartContainers, startDocker, startPodman, type TestEngine } from '../testing/engines';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { pushGoImage } from '../testing/go-image';
import { pushImage } from '../testing/fixture-images';
import { HOST_ARCHITECTURE, hostProgramFiles } from '../testing/host-shell';
import { flattenLayers, readImage, type LayerEntry } from '../testing/image-layers';
import { runInKanikoImage, WORKSPACE_IN_IMAGE } from '../testing/in-kaniko-image';
import { importKanikoImage } from '../testing/kaniko-image';
import { startRootlessPodman, type RootlessPodman } from '../testing/rootless-podman';
import { transpileInto } from '../testing/transpile';

/** One Kaniko in every runtime: the same images, the same answers. What containers do beside that is in runtime-life.spec.ts. */
jest.setTimeout(300_000);
const kaniko = findExternalTool('kaniko');
const go = findOnPath('go');

const RUNTIMES = ['bubblewrap', 'docker', 'podman', 'rootless podman', 'direct'] as const;
type Runtime = (typeof RUNTIMES)[number];

const NEEDS: Readonly<Record<Runtime, readonly string[]>> = {
  bubblewrap: ['bwrap'],
  docker: ['docker', 'dockerd'],
  podman: ['podman'],
  'rootless podman': ['podman', 'newuidmap', 'setpriv'],
  direct: ['docker', 'dockerd'],
};

interface Asked {
  readonly dockerfile: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly architecture?: string;
  readonly destination?: string;
}

interface Built {
  readonly outcome: BuilderRunEnd['outcome'];
  readonly lines: readonly string[];
  readonly tag: string;
}

const directory = mkdtempSync(join(tmpdir(), 'hephy-runtimes-'));
const code = join(directory, 'code');
let stage: BuilderStage;
let docker: TestEngine | undefined;
let podman: TestEngine | undefined;
let rootless: RootlessPodman | undefined;
let goImage: string | undefined;
let count = 0;

function canRun(runtime: Runtime): boolean {
  return (
    kaniko !== undefined && mayStartContainers() && NEEDS[runtime].every((program) => findOnPath(program) !== undefined)
  );
}

beforeAll(async () => {
  stage = await setBuilderStage();
  if (kaniko === undefined || !mayStartContainers()) return;
  transpileInto(code);
  execFileSync('chmod', ['-R', 'a+rX', directory]);
  if (canRun('docker')) docker = await startDocker();
  if (canRun('podman')) podman = startPodman();
  if (canRun('rootless podman')) rootless = startRootlessPodman(directory);
  for (const engine of [docker, podman, rootless])
    if (engine !== undefined) importKanikoImage(engine, { executor: { path: kaniko } });
  if (go !== undefined) goImage = await pushGoImage(go, stage.hosts.ok, 'team/golang');
});
afterAll(async () => {
  await Promise.all([stage.stop(), docker?.stop(), podman?.stop(), rootless?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

describe.each(RUNTIMES)('%s', (runtime) => {
  const run = canRun(runtime) ? test : test.skip;
  // It takes its time, and the runtimes apart from these differ in who runs the container.
  const runGo = runtime === 'rootless podman' || runtime === 'direct' ? undefined : go === undefined ? test.skip : run;

  run(
    `Kaniko in ${runtime}: an image may have /kaniko, /workspace and /busybox, and one digest everywhere`,
    async () => {
      const built = await build(runtime, {
        dockerfile: [
          'FROM {base} AS one',
          'WORKDIR /workspace',
          'RUN echo one > /workspace/one && echo one > /kept',
          'FROM {base}',
          'WORKDIR /workspace',
          'COPY a /kaniko/a',
          'COPY a /busybox/a',
          'COPY a .',
          'COPY --from=one /workspace/one /kaniko/one',
          'RUN for place in kaniko workspace busybox; do echo made > /$place/x; done',
          '',
        ].join('\n'),
        files: { a: 'a' },
      });
      const files = await filesOf(built);
      for (const place of ['kaniko', 'workspace', 'busybox']) {
        expect(files.get(`${place}/a`)?.content).toBe('a');
        expect(files.get(`${place}/x`)?.content).toBe('made\n');
      }
      expect(files.get('kaniko/one')?.content).toBe('one\n');
      expect(
        [...files.keys()].filter((path) =>
          /hephy|\.wh\.|executor|dockerenv|containerenv|^(?:proc|sys|dev|run)\//.test(path),
        ),
      ).toEqual([]);
      expectOneDigest('writes', runtime, built);
    },
  );

  run(`Kaniko in ${runtime}: what RUN sees is its base and nothing of Kaniko’s`, async () => {
    const built = await build(runtime, {
      dockerfile: [
        'FROM {base}',
        'RUN for path in /kaniko /workspace /busybox /etc/nsswitch.conf /.dockerenv; do [ ! -e $path ] || exit 3; done',
        'RUN read -r line < /etc/resolv.conf || exit 4',
        'RUN [ "$HOME" = /root ] || exit 5',
        '',
      ].join('\n'),
    });
    expect(built).toMatchObject({ outcome: { kind: 'pushed' } });
  });

  run(`Kaniko in ${runtime}: a base whose /sbin is a link keeps it`, async () => {
    // docker mounts its init at /sbin/docker-init where it is asked for one: then /sbin is a directory.
    const files = {
      ...hostProgramFiles('/bin/sh'),
      sbin: { link: 'usr/sbin' },
      'usr/sbin/tool': { content: '#!/bin/sh\n', mode: 0o755 },
    };
    await pushImage(stage.hosts.ok, 'team/base', 'usrmerge', {
      platform: `linux/${HOST_ARCHITECTURE}`,
      files,
      docker: true,
    });
    const built = await build(runtime, {
      dockerfile: 'FROM {ok}/team/base:usrmerge\nRUN /sbin/tool && [ -h /sbin ]\n',
    });
    expect(built).toMatchObject({ outcome: { kind: 'pushed' } });
  });

  run.each([
    ['a RUN that fails', 'FROM {base}\nRUN exit 42\n', 'BUILD_RUN_FAILED', 'RUN exit 42 failed with exit code 42'],
    ['a missing base', 'FROM {ok}/team/none:t\nRUN true\n', 'BASE_NOT_FOUND', undefined],
    ['a refused push', 'FROM scratch\nCOPY a /a\n', 'BUILD_PUSH_REFUSED', undefined],
  ])(`Kaniko in ${runtime}: %s`, async (what, dockerfile, errorCode, message) => {
    const asked = { dockerfile, files: { a: 'a' } };
    const destination = what === 'a refused push' ? { destination: stage.hosts.readOnly } : {};
    const { outcome } = await build(runtime, { ...asked, ...destination });
    expect(outcome).toMatchObject({ kind: 'failed', code: errorCode, ...(message === undefined ? {} : { message }) });
  });

  runGo?.(`Kaniko in ${runtime}: Go cross-compiles natively for arm64`, async () => {
    const other = HOST_ARCHITECTURE === 'arm64' ? 'amd64' : 'arm64';
    const built = await build(runtime, {
      // As hephy pins it: --platform stays, the digest is the build machine's.
      dockerfile: [
        `FROM --platform=$BUILDPLATFORM ${goImage ?? ''} AS compile`,
        'ARG TARGETARCH',
        'WORKDIR /src',
        'COPY main.go .',
        'RUN GOARCH=$TARGETARCH GO111MODULE=off CGO_ENABLED=0 GOCACHE=/tmp/go GOFLAGS=-buildvcs=false /usr/local/go/bin/go build -ldflags "-s -w -buildid=" -trimpath -o /program main.go',
        'FROM scratch',
        'COPY --from=compile /program /program',
        'ENTRYPOINT ["/program"]',
        '',
      ].join('\n'),
      files: { 'main.go': 'package main\n\nfunc main() { println("hello") }\n' },
      architecture: other,
    });
    const files = await filesOf(built);
    const program = Buffer.from(files.get('program')?.content ?? '', 'latin1');
    expect(program.subarray(0, 4).toString('latin1')).toBe('\u007fELF');
    expect(program.readUInt16LE(18)).toBe(other === 'arm64' ? 183 : 62);
    expectOneDigest('compiles', runtime, built);
  });
});

(canRun('direct') ? test : test.skip)('Kaniko in direct: a second build in the same root is refused', () => {
  const [first, second] = buildElsewhere('direct', { dockerfile: 'FROM {base}\nRUN true\n' }, 2);
  expect(first).toMatchObject({ outcome: { kind: 'pushed' } });
  expect(second).toMatchObject({
    error: { code: 'RUNTIME_UNAVAILABLE', message: expect.stringMatching(/one build/) as string },
  });
});

const digests = new Map<string, { readonly runtime: Runtime; readonly digest: string }>();

function expectOneDigest(what: string, runtime: Runtime, { outcome }: Built): void {
  if (outcome.kind !== 'pushed') throw new Error(`${what} was not pushed`);
  const first = digests.get(what) ?? { runtime, digest: outcome.digest };
  digests.set(what, first);
  expect({ [runtime]: outcome.digest }).toEqual({ [runtime]: first.digest });
}

async function filesOf(built: Built): Promise<ReadonlyMap<string, LayerEntry>> {
  expect(built).toMatchObject({ outcome: { kind: 'pushed' } });
  const { layers } = await readImage(stage.hosts.ok, stage.path, built.tag);
  return flattenLayers(layers);
}

async function build(runtime: Runtime, asked: Asked): Promise<Built> {
  if (runtime === 'rootless podman' || runtime === 'direct') {
    const [end] = buildElsewhere(runtime, asked, 1);
    if (end === undefined || 'error' in end) throw new Error(JSON.stringify(end));
    return { ...end, tag: `r${count}` };
  }
  const search = searchFor(runtime);
  const chosen = await chooseBuilder({ ...search, uid: 0, runProcess });
  const platform = { os: 'linux', architecture: asked.architecture ?? HOST_ARCHITECTURE };
  return stage.run(
    chosen,
    { name: 'runtime', dockerfile: asked.dockerfile, ...(asked.files === undefined ? {} : { files: asked.files }) },
    {
      env: search.env,
      step: {
        platform,
        reproducible: true,
        ...(asked.destination === undefined ? {} : { destination: `${asked.destination}/team/built:t` }),
      },
    },
  );
}

function searchFor(runtime: Exclude<Runtime, 'rootless podman'>): Omit<BuilderSearch, 'uid' | 'runProcess'> {
  const common = { wanted: 'kaniko', local: true, runtime, kanikoImage: 'localhost/kaniko:test' } as const;
  if (runtime === 'bubblewrap') return { ...common, env: { PATH: process.env.PATH, HEPHY_KANIKO: kaniko } };
  const engine = runtime === 'podman' ? podman : docker;
  if (engine === undefined) throw new Error(`there is no engine for ${runtime}`);
  return { ...common, env: engine.env };
}

/** In a process of another user, or in a container of Kaniko's image. */
function buildElsewhere(runtime: 'rootless podman' | 'direct', asked: Asked, times: number): readonly BuildOnceEnd[] {
  const tag = `r${++count}`;
  const home = join(directory, tag);
  mkdirSync(join(home, 'context'), { recursive: true });
  for (const [path, text] of Object.entries(asked.files ?? {})) writeFileSync(join(home, 'context', path), text);
  const direct = runtime === 'direct';
  const seen = direct ? WORKSPACE_IN_IMAGE : home;
  const env = direct ? {} : (rootless?.env ?? {});
  const once: BuildOnce = {
    search: {
      wanted: 'kaniko',
      local: true,
      runtime: direct ? 'direct' : 'podman',
      kanikoImage: 'localhost/kaniko:test',
      keep: [seen],
      env,
    },
    run: {
      step: {
        platform: { os: 'linux', architecture: asked.architecture ?? HOST_ARCHITECTURE },
        destination: `${asked.destination ?? stage.hosts.ok}/${stage.path}:${tag}`,
        buildArgs: [],
        labels: {},
        reproducible: true,
        insecure: [],
      },
      context: join(seen, 'context'),
      writesContext: false,
      dockerfile: asked.dockerfile.replaceAll('{base}', '{ok}/team/base:shell').replaceAll('{ok}', stage.hosts.ok),
      dockerConfig: undefined,
      env,
      timeout: undefined,
      logFile: join(seen, 'log'),
      secrets: [],
      workDirectory: join(seen, 'work'),
    },
    answer: join(seen, 'answer.json'),
    times,
  };
  writeFileSync(join(home, 'once.json'), JSON.stringify(once));
  const complaint = direct ? inImage(home) : asUser(home);
  if (!existsSync(join(home, 'answer.json'))) throw new Error(complaint);
  return JSON.parse(readFileSync(join(home, 'answer.json'), 'utf8')) as readonly BuildOnceEnd[];
}

function inImage(home: string): string {
  if (docker === undefined) throw new Error('there is no docker');
  const once = [`code/testing/build-once.js`, `${WORKSPACE_IN_IMAGE}/once.json`];
  return runInKanikoImage(docker, 'localhost/kaniko:test', { own: directory, code, workspace: home }, once);
}

function asUser(home: string): string {
  const command = [realpathSync(process.execPath), join(code, 'testing/build-once.js'), join(home, 'once.json')];
  return rootless?.asUser(command, home) ?? 'there is no rootless podman';
}
