import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushImage, pushIndex, type FixtureFiles } from '../../nx-image/testing/fixture-images';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { RegistryView } from './testing/registry-view';
import { must, run, succeed, type Run } from './testing/run';
import { imageConfig, Workspace } from './testing/workspace';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

const DOCKERFILE = (base: string) => `FROM ${base} AS plain
ARG GREETING
LABEL greeting=$GREETING
COPY data.txt start /app/

FROM plain AS other
COPY data.txt /other.txt

FROM plain
`;

const webConfig = (lines: readonly string[] = ['build_args: [GREETING=hello]']) => imageConfig(lines);

describe('what is in the registry already', () => {
  let server: TestRegistry;
  let registry: RegistryView;
  let workspace: Workspace;
  const scratch: string[] = [];

  /** An index of two platforms that the images are FROM; each platform has a file of its own. */
  const pushBase = async (files: { readonly amd64: string; readonly arm64: string }) => {
    const children = [];
    for (const architecture of ['amd64', 'arm64'] as const) {
      const content: FixtureFiles = { 'base.txt': { content: files[architecture] } };
      const child = await pushImage(server.host, 'base/os', undefined, {
        platform: `linux/${architecture}`,
        files: content,
      });
      children.push(child.descriptor);
    }
    await pushIndex(server.host, 'base/os', '1', children);
  };

  /** `built` or `reused` of each platform, and the image beside that nobody touches. */
  const build = async () => {
    await succeed(workspace.nx(['run-many', '-t', 'manifest']));
    const of = (image: string) => {
      const { builds } = workspace.readJson(`dist/images/${image}/result.json`) as {
        builds: readonly { platform: string; outcome: string; reason: string }[];
      };
      reasons = builds.map(({ reason }) => reason);
      return Object.fromEntries(builds.map(({ platform, outcome }) => [platform, outcome]));
    };
    return { beside: of('beside'), web: of('web') };
  };
  /** Of web's platforms in the last run. */
  let reasons: readonly string[] = [];
  const REUSED = { 'linux/amd64': 'reused', 'linux/arm64': 'reused' };
  const BUILT = { 'linux/amd64': 'built', 'linux/arm64': 'built' };

  beforeAll(async () => {
    server = await startRegistry();
    registry = new RegistryView(`${server.host}/team/images`);
    await pushBase({ amd64: 'one\n', arm64: 'one\n' });
    workspace = await Workspace.withImages(
      {
        'images/web/build-config.yaml': webConfig(),
        'images/web/Dockerfile': DOCKERFILE(`${server.host}/base/os:1`),
        'images/web/data.txt': 'one\n',
        'images/web/start': '#!/bin/sh\n',
        'images/beside/build-config.yaml': imageConfig(),
        'images/beside/Dockerfile': 'FROM scratch\nCOPY data.txt /\n',
        'images/beside/data.txt': 'one\n',
      },
      { ECR_REGISTRY: registry.repository, HEPHY_PUBLISH: 'true' },
    );
    expect(await build()).toEqual({ web: BUILT, beside: BUILT });
  });
  afterAll(async () => {
    await workspace.remove();
    await server.stop();
    for (const directory of scratch) rmSync(directory, { recursive: true, force: true });
  });

  /** Another clone, by umask, with files of another time; run as whoever `user` starts. */
  const runInClone = async (umask: string, user: readonly string[]): Promise<Run> => {
    const directory = mkdtempSync(join(tmpdir(), 'hephy-other-'));
    scratch.push(directory);
    chmodSync(directory, 0o755);
    const clone = join(directory, `clone-${umask}`);
    const script =
      'umask "$1"; git clone -q "$2" "$3" && find "$3" -path "*/.git" -prune -o -exec touch -d 2001-02-03 {} +';
    await must(directory, 'sh', ['-c', script, 'sh', umask, workspace.root, clone]);
    if (user.length > 0) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, directory]);
    new Workspace(clone).install();
    const nx = [process.execPath, join(clone, 'node_modules/.bin/nx'), 'run-many', '-t', 'manifest'];
    const env = { ECR_REGISTRY: registry.repository, HOME: directory };
    return run(clone, 'sh', ['-c', 'umask "$1"; shift; exec "$@"', 'sh', umask, ...user, ...nx], env);
  };

  it.each(['000', '077'])('is not built again in another clone under umask %s', async (umask) => {
    const before = await registry.snapshot();
    await succeed(runInClone(umask, []));
    expect(await registry.snapshot()).toEqual(before);
  });

  (isRoot ? it : it.skip)('is not built again by another user', async () => {
    const before = await registry.snapshot();
    await succeed(runInClone('027', ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']));
    expect(await registry.snapshot()).toEqual(before);
  });

  it('is not built again here either', async () => {
    expect(await build()).toEqual({ web: REUSED, beside: REUSED });
  });

  it.each([
    [
      'one byte',
      () => {
        workspace.write('images/web/data.txt', 'two\n');
      },
      'files changed: data.txt (content)',
    ],
    [
      'an executable bit',
      () => {
        workspace.write('images/web/start', '#!/bin/sh\n', 0o755);
      },
      'files changed: start (mode)',
    ],
    [
      'a build arg',
      () => {
        workspace.write('images/web/build-config.yaml', webConfig(['build_args: [GREETING=bye]']));
      },
      'build arg GREETING changed',
    ],
    [
      'the target',
      () => {
        workspace.write('images/web/build-config.yaml', webConfig(['target: other']));
      },
      'target (none) → other',
    ],
  ])('is built again for %s, that image alone, which is said', async (what, change, reason) => {
    change();
    await workspace.commit(`Change ${what}`);
    expect(await build()).toEqual({ web: BUILT, beside: REUSED });
    expect(reasons).toEqual([reason, reason]);
  });

  it('is built again for the one platform whose base has changed', async () => {
    await pushBase({ amd64: 'one\n', arm64: 'two\n' });
    const explained = await succeed(workspace.hephy(['explain', 'web']));
    expect(await build()).toEqual({ web: { 'linux/amd64': 'reused', 'linux/arm64': 'built' }, beside: REUSED });
    expect(reasons).toEqual([
      expect.stringMatching(/^since web-\d{8}-[0-9a-f]{7}$/),
      expect.stringMatching(/^base localhost:\d+\/base\/os:1 moved sha256:\S+ → sha256:\S+ \(linux\/arm64 only\)$/),
    ]);
    const [amd64 = '', arm64 = ''] = reasons;
    expect(explained).toContain(`web\n  linux/amd64  would reuse: ${amd64}\n  linux/arm64  would build: ${arm64}\n`);
  });
});
