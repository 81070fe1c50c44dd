import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { RegistryView } from './testing/registry-view';
import { succeed, type Env } from './testing/run';
import { Workspace } from './testing/workspace';

const PLATFORMS = 'platforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n';
const FILES = {
  'images/web/Dockerfile': 'FROM scratch\nCOPY data.txt /\n',
  'images/web/data.txt': 'one\n',
  // A docker and a podman that answer nothing, as on a machine without them.
  'no-engine/docker': '#!/bin/sh\nexit 1\n',
  'no-engine/podman': '#!/bin/sh\nexit 1\n',
};

describe('a registry that others read', () => {
  let server: TestRegistry;
  let registry: RegistryView;
  beforeAll(async () => {
    server = await startRegistry();
  });
  afterAll(() => server.stop());

  const open = async (path: string, config: string): Promise<{ workspace: Workspace; env: Env }> => {
    registry = new RegistryView(`${server.host}/${path}`);
    const workspace = await Workspace.withImages({ ...FILES, 'images/web/build-config.yaml': config });
    for (const engine of ['docker', 'podman']) workspace.write(`no-engine/${engine}`, '#!/bin/sh\nexit 1\n', 0o755);
    await workspace.commit('No engine');
    const env = {
      ECR_REGISTRY: registry.repository,
      HEPHY_KANIKO: '',
      HEPHY_MANIFEST_TOOL: '',
      PATH: `${workspace.root}/no-engine:/usr/local/bin:/usr/bin:/bin`,
    };
    return { workspace, env };
  };

  it('is left alone where there is no Kaniko, and the error says how to mend that', async () => {
    const { workspace, env } = await open('team/kaniko', PLATFORMS);
    const { code, output } = await workspace.nx(['run', 'web:manifest'], env);
    expect(code).not.toBe(0);
    expect(output).toContain('BUILDER_MISSING');
    expect(output).toContain('build_backend: buildah');
    expect(output).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
    expect(await registry.tags()).toEqual([]);
    await workspace.remove();
  });

  describe('with build_backend: buildah', () => {
    let workspace: Workspace;
    let env: Env;
    const build = (more: Env = {}) => workspace.nx(['run', 'web:manifest'], { ...env, ...more });
    const readManifest = () => {
      const result = workspace.readJson('dist/images/web/result.json');
      return (result as { manifest: { digest: string; versionTag: string } }).manifest;
    };

    beforeAll(async () => {
      ({ workspace, env } = await open('team/buildah', `build_backend: buildah\n${PLATFORMS}`));
    });
    afterAll(() => workspace.remove());

    it('is given the index and its platforms, and no public tag', async () => {
      await succeed(build());
      const { digest, versionTag } = readManifest();
      expect(await registry.platforms(digest)).toEqual(['linux/amd64', 'linux/arm64']);
      const tags = await registry.tags();
      expect(tags).toEqual(expect.arrayContaining([`${versionTag}-amd64`, `${versionTag}-arm64`]));
      expect(tags).not.toContain(versionTag);
      expect(tags).not.toContain('web-latest');
    });

    it('is given public tags by HEPHY_PUBLISH=true, of what is there already', async () => {
      await succeed(build({ HEPHY_PUBLISH: 'true' }));
      const { digest, versionTag } = readManifest();
      expect(await registry.digest(versionTag)).toBe(digest);
      expect(await registry.digest('web-latest')).toBe(digest);
    });

    it('is never given public tags of a changed tree', async () => {
      const latest = await registry.digest('web-latest');
      workspace.write('images/web/data.txt', 'two\n');
      const { code, output } = await build({ HEPHY_PUBLISH: 'true' });
      expect(code).not.toBe(0);
      expect(output).toContain('PUBLISH_DIRTY');
      await succeed(build());
      expect(readManifest().versionTag).toMatch(/-dirty-[0-9a-f]{6}$/);
      expect(await registry.digest('web-latest')).toBe(latest);
    });
  });

  it('must be named in CI', async () => {
    const { workspace, env } = await open('team/unnamed', PLATFORMS);
    const { code, output } = await workspace.nx(['run', 'web:manifest'], { ...env, ECR_REGISTRY: '', CI: 'true' });
    expect(code).not.toBe(0);
    expect(output).toContain('REGISTRY_NOT_CONFIGURED');
    await workspace.remove();
  });
});
