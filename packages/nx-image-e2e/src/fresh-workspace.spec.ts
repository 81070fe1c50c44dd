import { RegistryView } from './testing/registry-view';
import { Workspace } from './testing/workspace';

describe('an empty Nx workspace', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.create();
  });
  afterAll(() => workspace.remove());

  it('is given the plugin and an image by the generators, twice without harm', async () => {
    expect(await workspace.nx(['g', '@hephy/nx-image:init', '--no-interactive'])).toMatchObject({ code: 0 });
    expect(await workspace.nx(['g', '@hephy/nx-image:image', 'web', '--no-interactive'])).toMatchObject({ code: 0 });
    await workspace.commit('Add web');
    expect(await workspace.nx(['g', '@hephy/nx-image:init', '--no-interactive'])).toMatchObject({ code: 0 });
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  it('builds the new image right away, for two platforms, into a registry of its own', async () => {
    const { code, output } = await workspace.nx(['run', 'web:manifest']);
    expect({ code, output }).toMatchObject({ code: 0 });
    const result = workspace.readJson('dist/images/web/result.json') as {
      repository: string;
      manifest: { versionTag: string };
    };
    const registry = new RegistryView(result.repository);
    expect(await registry.platforms(result.manifest.versionTag)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(await registry.tags()).toEqual(
      expect.arrayContaining([
        `${result.manifest.versionTag}-amd64`,
        `${result.manifest.versionTag}-arm64`,
        'web-latest',
      ]),
    );
  });

  it('shows what was done, and what would be', async () => {
    expect(await workspace.hephy(['report'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/web.*linux\/arm64/s) as string,
    });
    const plan = await workspace.hephy(['plan', 'web', '--json']);
    expect(plan.code).toBe(0);
    expect(plan.output).toContain('web-latest');
  });
});
