import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, fencedBlocks } from './testing/documents';
import { RegistryView } from './testing/registry-view';
import { PLUGINS_APART, succeed } from './testing/run';
import { Workspace } from './testing/workspace';

/** What README.md tells people to type: run as written, a test a line. */
const LINES = fencedBlocks(readFileSync(join(CHECKOUT, 'README.md'), 'utf8'), 'sh')[1] ?? [];

describe('an empty Nx workspace', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.create(PLUGINS_APART);
  });
  afterAll(() => workspace.remove());

  it.each(LINES)('%s', async (line) => {
    await succeed(workspace.sh(line));
    await workspace.git('add', '-A');
    await workspace.git('commit', '-q', '--allow-empty', '-m', line);
  });

  it('is left as it is by the generator that has been there', async () => {
    await succeed(workspace.nx(['g', '@hephy/nx-image:init', '--no-interactive']));
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  it('has an index of two platforms then, in a registry of its own', async () => {
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
    expect(await succeed(workspace.hephy(['report']))).toMatch(/web.*linux\/arm64/s);
    expect(await succeed(workspace.hephy(['plan', 'web', '--json']))).toContain('web-latest');
  });
});
