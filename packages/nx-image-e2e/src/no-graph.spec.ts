import { PLUGINS_APART } from './testing/run';
import { Workspace } from './testing/workspace';

const REGISTRY = { ECR_REGISTRY: 'localhost:9/team/images' };

describe('a workspace of which nx makes no graph', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.withImages({
      'images/web/build-config.yaml': 'aditional_tags: [latest]\nplatforms: [linux/amd46]\n',
      'images/web/Dockerfile': 'FROM scratch\n',
    });
  });
  afterAll(() => workspace.remove());

  it.each([
    ['plan', ['plan'], {}],
    ['plan, with plugins in processes of their own', ['plan'], PLUGINS_APART],
    ['pipeline', ['pipeline', 'gitlab'], PLUGINS_APART],
  ])('%s says where each mistake is', async (_, command, env) => {
    const { code, output } = await workspace.hephy(command, { ...REGISTRY, ...env });
    expect(code).toBe(1);
    expect(output).toContain('GRAPH_FAILED');
    expect(output).toContain('images/web/build-config.yaml:1:1: `aditional_tags` is not known');
    expect(output).toContain('Did you mean `additional_tags`?');
    expect(output).toContain('images/web/build-config.yaml:2:13: `linux/amd46` is no platform');
    expect(output).not.toMatch(/^\s+at \S/m);
  });

  it('never has nothing to do for want of the plugin', async () => {
    workspace.write('nx.json', '{ "analytics": false, "neverConnectToCloud": true }\n');
    const { code, output } = await workspace.hephy(['pipeline', 'gitlab'], REGISTRY);
    expect(code).toBe(1);
    expect(output).toMatch(/^PLUGIN_MISSING nx\.json: nx\.json does not name the plugin/);
    expect(output).toContain('npx nx g @hephy/nx-image:init');
  });
});
