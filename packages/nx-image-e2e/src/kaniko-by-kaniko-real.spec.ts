import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startGitServer, type GitServer } from '../../nx-image/testing/git-server';
import { startHttpServer, type TestHttpServer } from '../../nx-image/testing/http-server';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { CHECKOUT } from './testing/documents';
import { registerEmulator } from './testing/emulation';
import { cloneRealUpstreams, whyNotReal } from './testing/real-upstream';
import { RegistryView } from './testing/registry-view';
import type { Run } from './testing/run';
import { ARCHITECTURES } from './testing/stand-in-upstream';
import { UnpackedImage } from './testing/unpacked-image';
import { Workspace } from './testing/workspace';

const PROJECTS = ['kaniko', 'manifest-tool'] as const;
const IMAGES = ['kaniko', 'kaniko-debug', 'kaniko-warmer', 'manifest-tool'] as const;
const EXECUTOR_ENV = {
  ...{ HOME: '/root', USER: 'root', PATH: '/usr/local/bin:/kaniko:/busybox' },
  ...{ DOCKER_CONFIG: '/kaniko/.docker/', SSL_CERT_DIR: '/kaniko/ssl/certs' },
};
const MACHINES = { amd64: 'x86_64', arm64: 'aarch64' } as const;
const HOURS = 3_600_000;

const lacking = whyNotReal() ?? registerEmulator();

(lacking === undefined ? describe : describe.skip)(
  `the real kaniko and manifest-tool (${lacking ?? 'all is there'})`,
  () => {
    let server: TestRegistry;
    let git: GitServer;
    let downloads: TestHttpServer;
    let scratch: string;
    let workspace: Workspace;
    let registry: RegistryView;
    let end: Run;

    beforeAll(async () => {
      scratch = mkdtempSync(join(tmpdir(), 'hephy-real-upstream-'));
      [server, git] = await Promise.all([startRegistry(), startGitServer()]);
      downloads = await startHttpServer(({ url = '' }, response) => {
        response.end(readFileSync(join(scratch, basename(url))));
      });
      await cloneRealUpstreams(server.host, git.directory, downloads.host, scratch);
      writeFileSync(join(scratch, 'gitconfig'), `[url "${git.url}/"]\n\tinsteadOf = https://github.com/\n`);
      registry = new RegistryView(`${server.host}/team/images`);
      const file = (path: string) => [path, readFileSync(join(CHECKOUT, path), 'utf8')] as const;
      const configs = PROJECTS.map((name) => file(`projects/${name}/build-config.yaml`));
      workspace = await Workspace.withImages(
        {
          // Three targets of one Dockerfile compile once for each architecture.
          ...Object.fromEntries(
            configs.map(([path, text]) => [path, `${text.replace(/^timeout:.*\n/m, '')}cache: true\n`]),
          ),
          ...Object.fromEntries([file('projects/manifest-tool/Dockerfile')]),
        },
        {
          GIT_CONFIG_GLOBAL: join(scratch, 'gitconfig'),
          HEPHY_DOCKER_HUB_MIRROR: server.host,
          ECR_REGISTRY: registry.repository,
          HEPHY_PUBLISH: 'true',
          HEPHY_RUNTIME: 'bubblewrap',
        },
      );
      end = await workspace.nx(['run-many', '-t', 'manifest', '-p', PROJECTS.join(','), '--parallel=1']);
    }, 3 * HOURS);
    afterAll(async () => {
      await Promise.all([server.stop(), git.stop(), downloads.stop(), workspace.remove()]);
      rmSync(scratch, { recursive: true, force: true });
    });

    const unpack = async (image: string, architecture: (typeof ARCHITECTURES)[number], root: string) =>
      UnpackedImage.unpack(registry, await registry.childOf(`${image}-latest`, architecture), join(scratch, root));

    it('are built and published for both platforms', async () => {
      expect(end).toMatchObject({ code: 0 });
      for (const name of IMAGES) {
        expect(await registry.platforms(`${name}-latest`)).toEqual(['linux/amd64', 'linux/arm64']);
      }
    });

    it.each(ARCHITECTURES)('hold programs for %s, and no others', async (architecture) => {
      const machines = await registry.elfMachines('kaniko-latest', architecture);
      expect(Object.keys(machines)).toEqual(expect.arrayContaining(['kaniko/executor', 'kaniko/tini']));
      expect(new Set(Object.values(machines))).toEqual(new Set([architecture]));
      expect(await registry.elfMachines('manifest-tool-latest', architecture)).toEqual({
        'manifest-tool': architecture,
      });
    });

    const executors = ARCHITECTURES.flatMap((one) => [['kaniko', one] as const, ['kaniko-debug', one] as const]);
    it.each(executors)('the executor of %s for %s builds and pushes an image', async (name, architecture) => {
      const image = await unpack(name, architecture, `${name}-${architecture}`);
      mkdirSync(join(image.root, 'workspace'), { recursive: true });
      writeFileSync(
        join(image.root, 'workspace/Dockerfile'),
        `FROM ${server.host}/library/busybox:musl\nRUN echo built on $(uname -m) >/greeting\nENTRYPOINT ["/bin/sh"]\n`,
      );
      const { code, output } = await image.run(EXECUTOR_ENV, [
        ...['/kaniko/executor', '--force', '--context=dir:///workspace', '--dockerfile=/workspace/Dockerfile'],
        `--destination=${server.host}/by/${name}:${architecture}`,
      ]);
      expect({ code, output }).toMatchObject({ code: 0 });
      const built = new RegistryView(`${server.host}/by/${name}`);
      expect(await built.file(architecture, 'greeting')).toBe(`built on ${MACHINES[architecture]}\n`);
    });

    it.each(ARCHITECTURES)('kaniko-debug for %s has a shell', async (architecture) => {
      const image = await unpack('kaniko-debug', architecture, `shell-${architecture}`);
      expect(await image.run(EXECUTOR_ENV, ['/bin/sh', '-c', 'uname -m'])).toEqual({
        code: 0,
        output: `${MACHINES[architecture]}\n`,
      });
    });

    it.each(ARCHITECTURES)('the warmer for %s fills a cache', async (architecture) => {
      const image = await unpack('kaniko-warmer', architecture, `warmer-${architecture}`);
      const command = ['/kaniko/warmer', '--cache-dir=/cache', `--image=${server.host}/library/busybox:musl`];
      const { code, output } = await image.run(EXECUTOR_ENV, command);
      expect({ code, output }).toMatchObject({ code: 0 });
      const child = await new RegistryView(`${server.host}/library/busybox`).childOf('musl', architecture);
      expect(readdirSync(join(image.root, 'cache'))).toContain(child);
    });

    it.each(ARCHITECTURES)('manifest-tool for %s publishes an index', async (architecture) => {
      const image = await unpack('manifest-tool', architecture, `manifest-tool-${architecture}`);
      const target = `joined-by-${architecture}`;
      const manifests = [];
      for (const one of ARCHITECTURES) {
        const child = `${registry.repository}@${await registry.childOf('kaniko-latest', one)}`;
        manifests.push({ image: child, platform: { os: 'linux', architecture: one } });
      }
      writeFileSync(
        join(image.root, 'spec.yaml'),
        JSON.stringify({ image: `${registry.repository}:${target}`, manifests }),
      );
      const command = ['/manifest-tool', '--plain-http', 'push', '--type', 'oci', 'from-spec', '/spec.yaml'];
      const { code, output } = await image.run({ HOME: '/', PATH: '/' }, command);
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(await registry.platforms(target)).toEqual(['linux/amd64', 'linux/arm64']);
      expect(output).toContain((await registry.digest(target)) ?? 'no digest');
      const version = await image.run({ HOME: '/', PATH: '/' }, ['/manifest-tool', '--version']);
      expect(version.output).toContain('2.2.1 (commit: 301c8f0');
    });
  },
);
