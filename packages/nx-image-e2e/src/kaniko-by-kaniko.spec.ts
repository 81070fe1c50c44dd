import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { machine, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitServer, type GitServer } from '../../nx-image/testing/git-server';
import { startHttpServer, type TestHttpServer } from '../../nx-image/testing/http-server';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { TEST_BUILDERS } from './testing/builders';
import { CHECKOUT } from './testing/documents';
import { registerEmulator } from './testing/emulation';
import { Recording } from './testing/recording';
import { RegistryView } from './testing/registry-view';
import { outcomesOf, resultOf } from './testing/results';
import type { Run } from './testing/run';
import {
  ARCHITECTURES,
  makeStandInKaniko,
  makeStandInManifestTool,
  pushStandInBases,
  tiniOf,
} from './testing/stand-in-upstream';
import { Workspace } from './testing/workspace';

const PROJECTS = ['kaniko', 'manifest-tool'] as const;
const IMAGES = ['kaniko', 'kaniko-debug', 'kaniko-warmer', 'manifest-tool'] as const;
/** What whoever pulls these images names them by. */
const TAGS = IMAGES.flatMap((name) => [
  ...[`${name}-<version>`, `${name}-<version>-amd64`, `${name}-<version>-arm64`, `${name}-latest, moving`],
  name === 'manifest-tool' ? 'manifest-tool-v2.2.1' : `${name}-v1.28.3`,
]);
const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');

/** The projects as they are in this repository, with a line more in each config. */
function projects(line = ''): Record<string, string> {
  return {
    ...Object.fromEntries(
      PROJECTS.map((name) => {
        const path = `projects/${name}/build-config.yaml`;
        return [path, `${read(path)}${line}`];
      }),
    ),
    'projects/manifest-tool/Dockerfile': read('projects/manifest-tool/Dockerfile'),
  };
}

describe('kaniko and manifest-tool from their own repositories, without any network', () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.withImages(projects(), {
      ECR_REGISTRY: '127.0.0.1:1/team/images',
      HEPHY_DOCKER_HUB_MIRROR: '127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
      https_proxy: 'http://127.0.0.1:1',
    });
  });
  afterAll(() => workspace.remove());

  it('are projects', async () => {
    const { output } = await workspace.nx(['show', 'projects', '--json']);
    for (const name of PROJECTS) expect(output).toContain(`"${name}"`);
  });

  it.each([
    ['kaniko', ['--target=kaniko-executor', 'kaniko-v1.28.3', 'kaniko-latest']],
    ['kaniko-debug', ['--target=kaniko-debug', 'kaniko-debug-v1.28.3', 'kaniko-debug-latest']],
    ['kaniko-warmer', ['--target=kaniko-warmer', 'kaniko-warmer-v1.28.3', 'kaniko-warmer-latest']],
    ['manifest-tool', ['docker.io/library/golang:1.25', 'manifest-tool-v2.2.1', 'manifest-tool-latest']],
  ])('%s has a plan', async (name, words) => {
    const { code, output } = await workspace.hephy(['plan', name]);
    expect({ code, output }).toMatchObject({ code: 0 });
    for (const word of [...words, 'linux/amd64', 'linux/arm64']) expect(output).toContain(word);
  });

  it('keep the tags that they had as four directories', async () => {
    const { output } = await workspace.hephy(['plan', '--json']);
    const plans = JSON.parse(output) as readonly {
      readonly image: string;
      readonly versionTag: string;
      readonly platforms: readonly { readonly archTag: string }[];
      readonly publicTags: readonly { readonly tag: string; readonly moving: boolean }[];
    }[];
    const tags = plans.flatMap(({ versionTag, platforms, publicTags }) => [
      versionTag,
      ...platforms.map(({ archTag }) => archTag),
      ...publicTags.map(({ tag, moving }) => (moving ? `${tag}, moving` : tag)),
    ]);
    const version = /^kaniko(-\d{8}-.*)$/.exec(plans.find(({ image }) => image === 'kaniko')?.versionTag ?? '')?.[1];
    expect(tags.map((tag) => tag.replace(version ?? '?', '-<version>')).sort()).toEqual([...TAGS].sort());
  });
});

const whyNot = registerEmulator();

describe('upstreams of the shape of kaniko and manifest-tool', () => {
  let server: TestRegistry;
  let git: GitServer;
  let downloads: TestHttpServer;
  let scratch: string;

  beforeAll(async () => {
    [server, git] = await Promise.all([startRegistry(), startGitServer()]);
    downloads = await startHttpServer(({ url = '' }, response) => {
      const architecture = ARCHITECTURES.find((one) => url === `/tini/v0.19.0/tini-static-${one}`);
      if (architecture === undefined) response.writeHead(404).end();
      else response.end(tiniOf(architecture));
    });
    scratch = mkdtempSync(join(tmpdir(), 'hephy-upstream-'));
    makeStandInKaniko(git.directory, await pushStandInBases(server.host), downloads.host);
    makeStandInManifestTool(git.directory);
    writeFileSync(join(scratch, 'gitconfig'), `[url "${git.url}/"]\n\tinsteadOf = https://github.com/\n`);
  });
  afterAll(async () => {
    await Promise.all([server.stop(), git.stop(), downloads.stop()]);
    rmSync(scratch, { recursive: true, force: true });
  });

  for (const builder of TEST_BUILDERS) {
    (whyNot === undefined ? builder.describe : describe.skip)(`with ${builder.title}`, () => {
      let workspace: Workspace;
      let registry: RegistryView;
      let recording: Recording;
      let end: Run;

      beforeAll(async () => {
        registry = new RegistryView(`${server.host}/team/${builder.name}`);
        recording = new Recording(join(scratch, builder.name), builder.programs());
        workspace = await Workspace.withImages(
          projects(builder.name === 'kaniko' ? '' : `build_backend: ${builder.name}\n`),
          {
            ...builder.env(),
            ...recording.env,
            GIT_CONFIG_GLOBAL: join(scratch, 'gitconfig'),
            HEPHY_DOCKER_HUB_MIRROR: server.host,
            ECR_REGISTRY: registry.repository,
            HEPHY_PUBLISH: 'true',
          },
        );
        end = await workspace.nx(['run-many', '-t', 'manifest', '-p', PROJECTS.join(',')]);
      });
      afterAll(() => workspace.remove());

      it('publishes an index of both platforms for each', async () => {
        if (end.code !== 0) throw new Error(end.output);
        for (const name of IMAGES) {
          expect(await registry.platforms(`${name}-latest`)).toEqual(['linux/amd64', 'linux/arm64']);
        }
        expect(await registry.digest('kaniko-v1.28.3')).toBe(await registry.digest('kaniko-latest'));
      });

      it.each(ARCHITECTURES)('puts programs for %s into its images, compiled on this machine', async (architecture) => {
        const machines = (image: string) => registry.elfMachines(`${image}-latest`, architecture);
        const own = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, architecture]));
        const helper = 'kaniko/docker-credential-gcr';
        const busybox = 'busybox/busybox';
        expect(await machines('kaniko')).toEqual(own(helper, 'kaniko/executor', 'kaniko/tini'));
        expect(await machines('kaniko-warmer')).toEqual(own(helper, 'kaniko/warmer'));
        expect(await machines('kaniko-debug')).toEqual(
          own(helper, 'kaniko/executor', 'kaniko/tini', 'kaniko/warmer', busybox),
        );
        expect(await machines('manifest-tool')).toEqual(own('manifest-tool'));
        const kaniko = await registry.childOf('kaniko-latest', architecture);
        expect(await registry.file(kaniko, 'kaniko/built-on')).toBe(`${machine()}\n`);
      });

      it('builds nothing the second time', async () => {
        const before = { tags: await registry.snapshot(), builds: recording.builds() };
        expect(before.builds).toBe(8);
        expect(await workspace.nx(['run', 'kaniko:manifest'])).toMatchObject({ code: 0 });
        for (const name of ['kaniko', 'kaniko-debug', 'kaniko-warmer']) {
          expect(outcomesOf(resultOf(workspace, name))).toEqual({ 'linux/amd64': 'reused', 'linux/arm64': 'reused' });
        }
        expect({ tags: await registry.snapshot(), builds: recording.builds() }).toEqual(before);
      });
    });
  }
});
