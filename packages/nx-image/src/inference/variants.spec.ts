import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CreateDependenciesContext, ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { createDependencies } from './create-dependencies';
import { createNodes } from './create-nodes';
import { graphCatalog } from './graph-catalog';
import type { HephyPluginOptions } from './plugin-options';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hephy-variants-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

type Projects = Readonly<Record<string, ProjectConfiguration>>;

async function infer(files: Readonly<Record<string, string>>, options: HephyPluginOptions = {}): Promise<Projects> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const configs = Object.keys(files).filter((path) => path.endsWith('build-config.yaml'));
  const results = await createNodes[1](configs, options, { workspaceRoot: root, nxJsonConfiguration: {} });
  const projects = results.flatMap(([, result]) => Object.values(result.projects ?? {}));
  return Object.fromEntries(projects.map((project) => [project.name ?? '', project as ProjectConfiguration]));
}

function edges(projects: Projects): readonly { readonly source: string; readonly target: string }[] {
  return createDependencies({}, { projects, workspaceRoot: root } as unknown as CreateDependenciesContext) as never;
}

function waits(project: ProjectConfiguration | undefined, target: string): TargetConfiguration['dependsOn'] {
  return project?.targets?.[target]?.dependsOn;
}

const TOOL = `platforms: [linux/amd64, linux/arm64]
additional_tags: [latest]
target: tool
variants:
  debug: { target: debug, platforms: [linux/amd64] }
  warmer: { target: warmer, additional_tags: [v1] }
`;
const from = (...own: readonly string[]): string =>
  ['ARG ECR_REGISTRY', ...own.map((one) => `FROM \${ECR_REGISTRY}:${one}`), ''].join('\n');

describe('a directory with variants', () => {
  it('is one project: one prepare, builds and an index for each image, and `manifest` for all of them', async () => {
    const { tool } = await infer({ 'images/tool/build-config.yaml': TOOL });
    expect(Object.entries(tool?.targets ?? {}).map(([name, { dependsOn }]) => [name, dependsOn])).toEqual([
      ['prepare', ['context']],
      ['build-amd64', ['prepare', '^build-amd64']],
      ['build-arm64', ['prepare', '^build-arm64']],
      ['build-amd64--debug', ['prepare', '^build-amd64']],
      ['build-amd64--warmer', ['prepare', '^build-amd64']],
      ['build-arm64--warmer', ['prepare', '^build-arm64']],
      ['manifest', ['build-amd64', 'build-arm64', '^manifest', 'manifest--debug', 'manifest--warmer']],
      ['manifest--debug', ['build-amd64--debug', '^manifest']],
      ['manifest--warmer', ['build-amd64--warmer', 'build-arm64--warmer', '^manifest']],
    ]);
    expect(tool?.targets?.['build-amd64--debug']?.options).toEqual({
      step: 'build',
      platform: 'linux/amd64',
      variant: 'debug',
    });
    expect(tool?.targets?.['manifest--debug']?.options).toEqual({ variant: 'debug' });
    expect(tool?.targets?.['manifest--debug']?.metadata?.help?.command).toBe('npx nx run tool:manifest--debug --help');
    expect(tool?.targets?.manifest?.options).toBeUndefined();
  });

  it('takes the names that the options give', async () => {
    const options = { prepareTargetName: 'get', buildTargetName: 'image', manifestTargetName: 'publish' };
    const { tool } = await infer({ 'tool/build-config.yaml': 'variants: { d: { target: d } }' }, options);
    expect(waits(tool, 'image-arm64--d')).toEqual(['get', '^image-arm64']);
    expect(waits(tool, 'publish')).toEqual(['image-amd64', 'image-arm64', '^publish', 'publish--d']);
  });

  it('lets a child wait for the builds of what it is FROM, and for no other variant', async () => {
    const projects = await infer({
      'tool/build-config.yaml': TOOL,
      'a/build-config.yaml': 'platforms: [linux/amd64]',
      'a/Dockerfile': from('tool-debug-latest'),
      'b/build-config.yaml': 'platforms: [linux/amd64]',
      'b/Dockerfile': `${from('tool-warmer-v1 AS w', 'tool-latest')}COPY --from=w /a /a\n`,
      'c/build-config.yaml': 'platforms: [linux/amd64]',
      'c/Dockerfile': from('tool-debug-v1'),
    });
    expect(waits(projects.a, 'build-amd64')).toEqual(['prepare', '^build-amd64--debug']);
    expect(waits(projects.a, 'manifest')).toEqual(['build-amd64', '^manifest--debug']);
    expect(waits(projects.b, 'build-amd64')).toEqual(['prepare', '^build-amd64--warmer', '^build-amd64']);
    // No image has that tag: it is the registry's.
    expect(waits(projects.c, 'build-amd64')).toEqual(['prepare', '^build-amd64']);
    expect(edges(projects)).toEqual(['a', 'b'].map((source) => ({ source, target: 'tool', type: 'implicit' })));
  });

  it('reads for each image what its own target uses', async () => {
    const dockerfile = `${from('base-latest AS one')}FROM \${ECR_REGISTRY}:other-latest AS two\n`;
    const projects = await infer({
      'base/build-config.yaml': 'additional_tags: [latest]',
      'other/build-config.yaml': TOOL.replace('debug:', 'x:'),
      'web/build-config.yaml':
        'platforms: [linux/amd64]\ntarget: one\nvariants: { two: { target: two }, none: { target: none } }',
      'web/Dockerfile': `${dockerfile}FROM scratch AS none\n`,
    });
    expect(waits(projects.web, 'build-amd64')).toEqual(['prepare', '^build-amd64']);
    expect(waits(projects.web, 'build-amd64--none')).toEqual(['prepare']);
    expect(edges(projects).map(({ target }) => target)).toEqual(['base', 'other']);
  });

  it('has no edge to itself: what is FROM another image of the directory waits for that target', async () => {
    const projects = await infer({
      'tool/build-config.yaml': `${TOOL}  chain: { target: chain, additional_tags: [] }\n`,
      'tool/Dockerfile': `ARG ECR_REGISTRY
FROM scratch AS tool
FROM \${ECR_REGISTRY}:tool-latest AS debug
FROM --platform=$BUILDPLATFORM \${ECR_REGISTRY}:tool-debug-latest AS helper
FROM scratch AS warmer
COPY --from=helper /a /a
FROM \${ECR_REGISTRY}:tool-warmer-v1 AS chain
`,
    });
    expect(edges(projects)).toEqual([]);
    const { tool } = projects;
    expect(waits(tool, 'build-amd64--debug')).toEqual(['prepare', 'build-amd64', '^build-amd64']);
    expect(waits(tool, 'build-arm64--warmer')).toEqual(
      expect.arrayContaining(['build-amd64--debug', 'build-arm64--debug']),
    );
    expect(waits(tool, 'manifest--warmer')).toEqual(expect.arrayContaining(['manifest--debug']));
    // `manifest` waits for all variants: none can wait for it.
    expect(waits(tool, 'manifest--debug')).toEqual(['build-amd64--debug', '^manifest']);
    expect(waits(tool, 'manifest--chain')).toEqual(expect.arrayContaining(['manifest--warmer']));
  });

  it('is FROM what the registry has of the image where it names itself', async () => {
    const { tool } = await infer({ 'tool/build-config.yaml': TOOL, 'tool/Dockerfile': from('tool-latest AS tool') });
    expect(waits(tool, 'build-amd64')).toEqual(['prepare', '^build-amd64']);
  });

  it('refuses a directory of the name of a variant, naming both files', async () => {
    const files = { 'tool/build-config.yaml': TOOL, 'tool-debug/build-config.yaml': '' };
    await expect(infer(files)).rejects.toMatchObject({
      errors: [
        [
          'tool-debug/build-config.yaml',
          expect.objectContaining({
            message: expect.stringMatching(
              /IMAGE_NAME_TAKEN tool-debug\/build-config\.yaml: .*tool\/build-config\.yaml:5:3/,
            ) as string,
          }) as Error,
        ],
      ],
    });
  });
});

describe('the catalog', () => {
  it('has the images of a directory, and finds whose tag it is among what it is next to', async () => {
    const projects = await infer({
      'tool/build-config.yaml': TOOL,
      'web/build-config.yaml': 'variants: { slim: { target: slim } }\nadditional_tags: [latest]',
      'web/Dockerfile': from('tool-debug-latest'),
    });
    const nodes = Object.fromEntries(
      Object.entries(projects).map(([name, data]) => [name, { name, type: 'app' as const, data }]),
    );
    const catalog = graphCatalog(root, {
      nodes,
      dependencies: { web: [{ source: 'web', target: 'tool', type: 'implicit' }] },
    });
    expect(catalog.images('tool').map(({ name, project, variant }) => [name, project, variant])).toEqual([
      ['tool', 'tool', undefined],
      ['tool-debug', 'tool', 'debug'],
      ['tool-warmer', 'tool', 'warmer'],
    ]);
    const slim = catalog.image('web', 'slim');
    expect(slim.name).toBe('web-slim');
    expect(catalog.ownerOf(slim, 'tool-debug-latest')?.name).toBe('tool-debug');
    expect(catalog.ownerOf(slim, 'web-latest')?.name).toBe('web');
    expect(catalog.ownerOf(slim, 'web-slim-latest')).toBeUndefined();
    expect(catalog.ownerOf(slim, 'tool-debug-v1')).toBeUndefined();
    expect(catalog.ownerOf(catalog.image('tool'), 'web-latest')).toBeUndefined();
    expect(() => catalog.image('web', 'slin')).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', hint: 'Did you mean slim?' }) as Error,
    );
  });
});
