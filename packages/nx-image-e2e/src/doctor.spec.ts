import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../nx-image/testing/free-port';
import { startRegistry } from '../../nx-image/testing/registry-server';
import { Workspace } from './testing/workspace';

interface Findings {
  readonly version: number;
  readonly findings: readonly { readonly check: string; readonly verdict: string; readonly code?: string }[];
}

describe('npx hephy doctor', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.withImages({
      'images/web/build-config.yaml': 'build_backend: buildah\nadditional_tags: [latest]\n',
      'images/web/Dockerfile': 'FROM scratch\nCOPY data.txt /\n',
      'images/web/data.txt': 'one\n',
    });
  });
  afterAll(() => workspace.remove());

  it('ends with 0 where nothing has failed, and starts no registry', async () => {
    const { code, output } = await workspace.hephy(['doctor']);
    expect(output).toMatch(/^ok +workspace +1 images: web$/m);
    expect(output).toMatch(/^ok +registry +the local one, which is started when it is needed/m);
    expect(output).not.toMatch(/^failed/m);
    expect(code).toBe(0);
    expect((await workspace.hephy(['registry', 'status'])).code).toBe(1);
  });

  it('ends with 1 where something has, and has the data', async () => {
    const registry = await startRegistry({ readOnly: true });
    const refused = await workspace.hephy(['doctor', '--json'], { ECR_REGISTRY: `${registry.host}/team` });
    await registry.stop();
    expect(refused.code).toBe(1);
    const { version, findings } = JSON.parse(refused.output) as Findings;
    expect(version).toBe(1);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'registry push', verdict: 'failed', code: 'REGISTRY_DENIED' }),
    );
    const gone = await workspace.hephy(['doctor'], { ECR_REGISTRY: `127.0.0.1:${await freePort()}/team` });
    expect(gone.code).toBe(1);
    expect(gone.output).toMatch(/^failed +registry +GET http:\/\/127\.0\.0\.1:\d+\/v2\//m);
    expect(gone.output).toMatch(/^ +→ Nothing listens at /m);
  });

  it('says what is wrong with a config, and with nx.json', async () => {
    workspace.write('images/bad/build-config.yaml', 'platfroms: [linux/amd64]\n');
    workspace.write('images/bad/Dockerfile', 'FROM scratch\n');
    const bad = await workspace.hephy(['doctor']);
    expect(bad.code).toBe(1);
    expect(bad.output).toMatch(/^failed +workspace +/m);
    expect(bad.output).toContain('platfroms');
    rmSync(join(workspace.root, 'images/bad'), { recursive: true });
    const config = workspace.read('nx.json');
    workspace.write('nx.json', '{ "analytics": false, "neverConnectToCloud": true }\n');
    const { code, output } = await workspace.hephy(['doctor']);
    workspace.write('nx.json', config);
    expect(code).toBe(1);
    expect(output).toContain('nx.json does not name the plugin');
  });

  it('is called wrongly', async () => {
    expect((await workspace.hephy(['doctor', '--jsno'])).code).toBe(2);
  });
});
