import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from './testing/documents';
import { must } from './testing/run';

interface Graph {
  readonly graph: {
    readonly nodes: Readonly<Record<string, unknown>>;
    readonly dependencies: Readonly<Record<string, readonly { readonly target: string; readonly type: string }[]>>;
  };
}

interface Project {
  readonly targets: Readonly<Record<string, { readonly executor: string }>>;
}

describe('this repository', () => {
  const nx = (...parameters: string[]) =>
    must(CHECKOUT, process.execPath, ['node_modules/.bin/nx', ...parameters], { NX_CACHE_PROJECT_GRAPH: 'false' });

  it('shows an image with its targets', async () => {
    const { targets } = JSON.parse(await nx('show', 'project', 'curl', '--json')) as Project;
    expect(targets).toMatchObject({
      prepare: { executor: '@hephy/nx-image:kaniko' },
      'build-amd64': { executor: '@hephy/nx-image:kaniko' },
      'build-arm64': { executor: '@hephy/nx-image:kaniko' },
      manifest: { executor: '@hephy/nx-image:manifest-tool' },
    });
  });

  it('knows that hello-web is FROM minimal-base-image', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hephy-graph-'));
    try {
      await nx('graph', `--file=${join(directory, 'graph.json')}`);
      const { graph } = JSON.parse(readFileSync(join(directory, 'graph.json'), 'utf8')) as Graph;
      expect(Object.keys(graph.nodes)).toEqual(
        expect.arrayContaining(['curl', 'hello-web', 'minimal-base-image', 'test-app']),
      );
      expect(graph.dependencies['hello-web']).toEqual([
        { source: 'hello-web', target: 'minimal-base-image', type: 'implicit' },
      ]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
