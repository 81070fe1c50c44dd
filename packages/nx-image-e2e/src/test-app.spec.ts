import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushImage, pushIndex } from '../../nx-image/testing/fixture-images';
import { gitIn, makeRepository } from '../../nx-image/testing/git-repository';
import { startGitServer, type GitServer } from '../../nx-image/testing/git-server';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { TEST_BUILDERS } from './testing/builders';
import { CHECKOUT } from './testing/documents';
import { registerEmulator } from './testing/emulation';
import { golangImage } from './testing/golang-image';
import { Recording } from './testing/recording';
import { RegistryView } from './testing/registry-view';
import { outcomesOf, resultOf } from './testing/results';
import type { Env, Run } from './testing/run';
import { Workspace } from './testing/workspace';

const DOCKERFILE = `FROM docker.io/golang:alpine as builder
RUN apk update && \\
    apk add git && \\
    CGO_ENABLED=0 go install github.com/spkane/scratch-helloworld@latest

FROM scratch
COPY --from=builder /go/bin/scratch-helloworld /helloworld
CMD ["/helloworld"]
`;

const CONFIG = readFileSync(join(CHECKOUT, 'projects/test-app/build-config.yaml'), 'utf8');
const whyNot = registerEmulator();
const target = process.arch === 'arm64' ? 'amd64' : 'arm64';

describe('nx run test-app:build-arm64, GitHub and Docker Hub mirrored', () => {
  let server: TestRegistry;
  let git: GitServer;
  let scratch: string;
  let commit: string;

  beforeAll(async () => {
    [server, git] = await Promise.all([startRegistry(), startGitServer()]);
    scratch = mkdtempSync(join(tmpdir(), 'hephy-mirror-'));
    mkdirSync(join(git.directory, 'spkane'));
    const upstream = makeRepository(join(git.directory, 'spkane'), 'scratch-helloworld', { 'README.md': 'old\n' });
    commit = upstream.commit({ Dockerfile: DOCKERFILE, 'README.md': 'new\n', 'main.go': 'package main\n' });
    writeFileSync(join(scratch, 'gitconfig'), `[url "${git.url}/"]\n\tinsteadOf = https://github.com/\n`);
    const children = [];
    for (const architecture of ['amd64', 'arm64'] as const) {
      const { descriptor } = await pushImage(server.host, 'library/golang', undefined, golangImage(architecture));
      children.push(descriptor);
    }
    await pushIndex(server.host, 'library/golang', 'alpine', children);
  });
  afterAll(async () => {
    await Promise.all([server.stop(), git.stop()]);
    rmSync(scratch, { recursive: true, force: true });
  });

  for (const builder of TEST_BUILDERS) {
    (whyNot === undefined ? builder.describe : describe.skip)(`with ${builder.title}`, () => {
      let workspace: Workspace;
      let registry: RegistryView;
      let end: Run;
      const build = (env: Env = {}) => workspace.nx(['run', `test-app:build-${target}`], env);

      beforeAll(async () => {
        registry = new RegistryView(`${server.host}/team/${builder.name}`);
        const backend = builder.name === 'kaniko' ? '' : `build_backend: ${builder.name}\n`;
        workspace = await Workspace.withImages(
          { 'projects/test-app/build-config.yaml': `${CONFIG}${backend}` },
          {
            ...builder.env(),
            GIT_CONFIG_GLOBAL: join(scratch, 'gitconfig'),
            HEPHY_DOCKER_HUB_MIRROR: server.host,
            ECR_REGISTRY: registry.repository,
          },
        );
        end = await build();
      });
      afterAll(() => workspace.remove());

      it('pushes the image of that architecture under its tag', async () => {
        expect(end).toMatchObject({ code: 0 });
        const head = (await workspace.git('rev-parse', '--short=7', 'HEAD')).trim();
        const { builds } = resultOf(workspace, 'test-app');
        const tag = builds[0]?.tags.find((one) => one.startsWith('test-app-'));
        expect(tag).toMatch(new RegExp(`^test-app-\\d{8}-${head}-${target}$`));
        expect(end.output).toContain(`${registry.repository}:${tag}`);
        expect(await registry.digest(tag ?? '')).toBe(builds[0]?.digest);
        expect(await registry.elfMachinesOf(tag ?? '')).toEqual({ helloworld: target });
      });

      it('has fetched the one commit, without its history', () => {
        const store = join(workspace.root, `.nx/cache/hephy/upstreams/${commit}.git`);
        expect(existsSync(join(store, 'shallow'))).toBe(true);
        expect(gitIn(store, ['rev-list', '--all'])).toBe(commit);
      });

      it('builds and fetches nothing the second time', async () => {
        const before = await registry.snapshot();
        const recording = new Recording(join(scratch, builder.name), builder.programs());
        git.forget();
        expect(await build(recording.env)).toMatchObject({ code: 0 });
        expect(outcomesOf(resultOf(workspace, 'test-app'))).toEqual({ [`linux/${target}`]: 'reused' });
        expect(recording.builds()).toBe(0);
        expect(recording.starts().filter(({ name, argv }) => name === 'git' && argv.includes('fetch'))).toEqual([]);
        expect(await registry.snapshot()).toEqual(before);
      });
    });
  }
});
