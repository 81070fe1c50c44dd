import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CreateDependenciesContext, ProjectConfiguration } from '@nx/devkit';
import { createDependencies } from './create-dependencies';
import { createNodes } from './create-nodes';
import { findVerifyTarget } from './find-verify-target';
import { loadDirectory } from './load-images';
import type { HephyPluginOptions } from './plugin-options';

let root: string;
let stderr: jest.SpyInstance;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hephy-inference-'));
  stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  rmSync(root, { recursive: true });
  stderr.mockRestore();
});

function write(files: Readonly<Record<string, string>>): string[] {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return Object.keys(files).filter((path) => /build-config\.ya?ml$|projects\/[^/]+\/Dockerfile$/.test(path));
}

async function infer(
  files: Readonly<Record<string, string>>,
  options: HephyPluginOptions = {},
): Promise<Record<string, ProjectConfiguration>> {
  const results = await createNodes[1](write(files), options, {
    workspaceRoot: root,
    nxJsonConfiguration: {},
  });
  return Object.assign({}, ...results.map(([, { projects }]) => projects)) as Record<string, ProjectConfiguration>;
}

async function problems(
  files: Readonly<Record<string, string>>,
): Promise<readonly (readonly [string | null, string])[]> {
  try {
    await infer(files);
  } catch (error) {
    const { errors } = error as { errors: [string | null, Error][] };
    for (const [, one] of errors) expect(one.stack).toBe(one.message);
    return errors.map(([file, one]) => [file, one.message]);
  }
  return [];
}

const CONFIG = 'additional_tags: [latest]\n';

describe('createNodes', () => {
  it.each([
    ['FROM --platform=$BUILDPLATFORM ${ECR_REGISTRY}:tools-1 AS tools\nFROM scratch\nCOPY --from=tools /a /a', true],
    ['FROM --platform=linux/amd64 ${ECR_REGISTRY}:tools-1 AS tools\nFROM scratch\nCOPY --from=tools /a /a', true],
    ['FROM --platform=$TARGETPLATFORM ${ECR_REGISTRY}:tools-1', false],
    ['FROM --platform=$BUILDPLATFORM golang AS go\nFROM ${ECR_REGISTRY}:tools-1\nCOPY --from=go /a /a', false],
    ['FROM --platform=$BUILDPLATFORM ${ECR_REGISTRY}:tools-1 AS unused\nFROM ${ECR_REGISTRY}:tools-1', false],
  ])(
    'lets builds wait for their parents of every platform where they need others than their own: %s',
    async (text, all) => {
      const { 'projects/web': web } = await infer({
        'projects/web/build-config.yaml': CONFIG,
        'projects/web/Dockerfile': `ARG ECR_REGISTRY\n${text}\n`,
      });
      const dependsOn = web?.targets?.['build-arm64']?.dependsOn;
      if (all)
        expect(dependsOn).toEqual(expect.arrayContaining(['prepare', '^build-amd64', '^build-arm64', '^build-arm-v6']));
      else expect(dependsOn).toEqual(['prepare', '^build-arm64']);
    },
  );

  it('makes a project of a directory, with the targets and edges of DESIGN', async () => {
    const { 'projects/web': project } = await infer({ 'projects/web/build-config.yaml': CONFIG });
    expect(project?.name).toBe('web');
    expect(
      Object.entries(project?.targets ?? {}).map(([name, { executor, dependsOn, cache }]) => ({
        name,
        executor,
        dependsOn,
        cache,
      })),
    ).toEqual([
      { name: 'prepare', executor: '@hephy/nx-image:kaniko', dependsOn: ['context'], cache: false },
      { name: 'build-amd64', executor: '@hephy/nx-image:kaniko', dependsOn: ['prepare', '^build-amd64'], cache: false },
      { name: 'build-arm64', executor: '@hephy/nx-image:kaniko', dependsOn: ['prepare', '^build-arm64'], cache: false },
      {
        name: 'manifest',
        executor: '@hephy/nx-image:manifest-tool',
        dependsOn: ['build-amd64', 'build-arm64', '^manifest'],
        cache: false,
      },
    ]);
    expect(JSON.stringify(project?.metadata)).not.toMatch(/docker/i);
  });

  it('makes targets that are alike once, but for what Nx changes in place', async () => {
    const { a, b, c } = await infer({
      'c/build-config.yaml': 'upstream_repo: https://example.com/x.git\nupstream_ref: v1\n',
      'a/build-config.yaml': CONFIG,
      'b/build-config.yaml': 'additional_tags: [v1]\nbuild_args: [A=1]\n',
    });
    expect(b?.targets?.['build-amd64']).toBe(a?.targets?.['build-amd64']);
    expect(b?.targets?.prepare).toBe(a?.targets?.prepare);
    expect(a?.targets?.prepare?.metadata?.description).toBe(
      'Resolves the context and the base images; builds nothing.',
    );
    expect(c?.targets?.prepare?.metadata?.description).toContain('https://example.com/x.git at v1');
    expect(b?.targets?.manifest?.metadata?.help?.command).toBe('npx nx run b:manifest --help');
    expect(b?.targets?.manifest?.metadata?.help).not.toBe(a?.targets?.manifest?.metadata?.help);
    expect(b?.metadata?.technologies).not.toBe(a?.metadata?.technologies);
  });

  it('takes directories at the top level, and a single platform', async () => {
    const { web } = await infer({ 'web/build-config.yaml': 'platforms: [linux/arm/v7]\n' });
    expect(Object.keys(web?.targets ?? {})).toEqual(['prepare', 'build-arm-v7', 'manifest']);
  });

  it('renames targets as the options say, their edges too', async () => {
    const options = {
      prepareTargetName: 'image-prepare',
      buildTargetName: 'image',
      manifestTargetName: 'publish',
      contextTargetName: 'gather',
    };
    const { web } = await infer({ 'web/build-config.yaml': CONFIG }, options);
    expect(Object.entries(web?.targets ?? {}).map(([name, { dependsOn }]) => [name, dependsOn])).toEqual([
      ['image-prepare', ['gather']],
      ['image-amd64', ['image-prepare', '^image-amd64']],
      ['image-arm64', ['image-prepare', '^image-arm64']],
      ['publish', ['image-amd64', 'image-arm64', '^publish']],
    ]);
  });

  it('finds the verify target of an image, and of a variant, by its usual name or by that of the options', async () => {
    const files = { 'web/build-config.yaml': 'variants: { debug: { target: debug } }\n' };
    const own = { command: 'true' };
    const find = async (options: HephyPluginOptions | undefined, ...names: readonly string[]) => {
      const { web } = await infer(files, options);
      const targets = { ...web?.targets, ...Object.fromEntries(names.map((name) => [name, own])) };
      const nodes = { 'the-web': { name: 'the-web', type: 'app' as const, data: { root: 'web', targets } } };
      return [{}, { variant: 'debug' }].map((image) => findVerifyTarget(image, 'the-web', nodes)?.target);
    };
    expect(await find(undefined)).toEqual([undefined, undefined]);
    expect(await find(undefined, 'verify')).toEqual(['verify', undefined]);
    expect(await find(undefined, 'verify', 'verify--debug')).toEqual(['verify', 'verify--debug']);
    expect(await find({ verifyTargetName: 'smoke' }, 'verify', 'smoke--debug')).toEqual([undefined, 'smoke--debug']);
  });

  it('hands the registry of the options to each target, and nothing that is not set', async () => {
    const { web } = await infer({ 'web/build-config.yaml': CONFIG }, { registry: 'registry.example.com/team/images' });
    expect(web?.targets?.manifest?.options).toEqual({ registry: 'registry.example.com/team/images' });
  });

  it('says every problem of every file, and keeps the images that are right', async () => {
    const found = await problems({
      'web/build-config.yaml': CONFIG,
      'api/build-config.yaml': 'platform: [linux/amd64]\n',
      'job/build-config.yaml': 'platforms: [linux/amd46]\n',
    });
    expect(found.map(([file]) => file)).toEqual(['api/build-config.yaml', 'job/build-config.yaml']);
    expect(found[0]?.[1]).toMatch(/CONFIG_INVALID api\/build-config\.yaml:1:1: .*\n.*platforms/);
    expect(found[1]?.[1]).toMatch(/job\/build-config\.yaml:1:13: .*linux\/amd46/);
  });

  it('refuses two directories of one name, naming both files', async () => {
    const [problem] = await problems({ 'a/web/build-config.yaml': CONFIG, 'b/web/build-config.yaml': CONFIG });
    expect(problem?.[1]).toContain('IMAGE_NAME_TAKEN');
    expect(problem?.[1]).toContain('a/web/build-config.yaml');
    expect(problem?.[1]).toContain('b/web/build-config.yaml');
  });

  it('refuses tags that collide over the whole graph, naming both files', async () => {
    const [problem] = await problems({
      'kaniko/build-config.yaml': 'additional_tags: [debug-latest]\n',
      'kaniko-debug/build-config.yaml': 'additional_tags: [latest]\n',
    });
    expect(problem?.[1]).toMatch(/TAG_COLLISION/);
    expect(problem?.[1]).toContain('kaniko/build-config.yaml');
    expect(problem?.[1]).toContain('kaniko-debug/build-config.yaml');
  });

  it('points out a misnamed config as an error, and a Dockerfile without a config as a word', async () => {
    const found = await problems({ 'web/build-config.yml': CONFIG, 'projects/x/Dockerfile': 'FROM scratch\n' });
    expect(found).toEqual([
      ['web/build-config.yml', expect.stringContaining('Rename it to build-config.yaml') as string],
    ]);
    expect(stderr).toHaveBeenCalledWith(
      expect.stringContaining('projects/x has a Dockerfile but no build-config.yaml'),
    );
  });

  it('has no name for an image at the workspace root', async () => {
    expect(await problems({ 'build-config.yaml': CONFIG })).toEqual([
      ['build-config.yaml', expect.stringContaining('IMAGE_NAME_INVALID') as string],
    ]);
  });
});

describe('createDependencies', () => {
  const FROM_BASE = 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-image-latest\n';

  async function edges(
    files: Readonly<Record<string, string>>,
    rename: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const inferred = await infer(files);
    const projects = Object.fromEntries(
      Object.values(inferred).map((project) => [rename[project.root] ?? project.name ?? '', project]),
    );
    const context = { projects, workspaceRoot: root } as unknown as CreateDependenciesContext;
    return createDependencies({}, context);
  }

  it('has an implicit edge for FROM, COPY --from and RUN --mount of an image of the repository, once each', async () => {
    const files = {
      'base-image/build-config.yaml': CONFIG,
      'tool/build-config.yaml': CONFIG,
      'data/build-config.yaml': CONFIG,
      'web/build-config.yaml': CONFIG,
      'web/Dockerfile': `${FROM_BASE}COPY --from=\${ECR_REGISTRY}:tool-latest /a /b\nRUN --mount=from=\${ECR_REGISTRY}:data-latest true\nCOPY --from=\${ECR_REGISTRY}:tool-latest /c /d\n`,
    };
    expect(await edges(files)).toEqual(
      ['base-image', 'tool', 'data'].map((target) => ({ source: 'web', target, type: 'implicit' })),
    );
  });

  it('looks tags up exactly, and never splits them', async () => {
    const files = {
      'base/build-config.yaml': 'additional_tags: [latest]\n',
      'base-image/build-config.yaml': CONFIG,
      'web/build-config.yaml': CONFIG,
      'web/Dockerfile': FROM_BASE,
    };
    expect(await edges(files)).toEqual([{ source: 'web', target: 'base-image', type: 'implicit' }]);
  });

  it('finds projects by their root: a project.json may rename them', async () => {
    const files = {
      'base-image/build-config.yaml': CONFIG,
      'web/build-config.yaml': CONFIG,
      'web/Dockerfile': FROM_BASE,
    };
    expect(await edges(files, { 'base-image': 'renamed' })).toEqual([
      { source: 'web', target: 'renamed', type: 'implicit' },
    ]);
  });

  it('goes by the text that createNodes read just before, each time anew', async () => {
    const files = {
      'base-image/build-config.yaml': CONFIG,
      'tool/build-config.yaml': CONFIG,
      'web/build-config.yaml': CONFIG,
      'web/Dockerfile': FROM_BASE,
    };
    const projects = Object.fromEntries(
      Object.values(await infer(files)).map((project) => [project.name ?? '', project]),
    );
    const ask = (): unknown =>
      createDependencies({}, { projects, workspaceRoot: root } as unknown as CreateDependenciesContext);
    write({ 'web/Dockerfile': FROM_BASE.replace('base-image', 'tool') });
    expect(ask()).toEqual([{ source: 'web', target: 'base-image', type: 'implicit' }]);
    await createNodes[1](['web/build-config.yaml'], {}, { workspaceRoot: root, nxJsonConfiguration: {} });
    expect(ask()).toEqual([{ source: 'web', target: 'tool', type: 'implicit' }]);
  });

  it('passes over a project that has the executor by its project.json and no config', async () => {
    const inferred = await infer({ 'web/build-config.yaml': CONFIG });
    const projects = { web: inferred.web, copied: { ...inferred.web, root: 'copied' } };
    const context = { projects, workspaceRoot: root } as unknown as CreateDependenciesContext;
    expect(createDependencies({}, context)).toEqual([]);
    expect(() => loadDirectory(root, 'copied/build-config.yaml')).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ code: 'CONFIG_MISSING' })] }) as Error,
    );
  });

  it('has none for other registries, unused stages, upstream Dockerfiles and a Dockerfile that is not there', async () => {
    const files = {
      'base-image/build-config.yaml': CONFIG,
      'web/build-config.yaml': CONFIG,
      'web/Dockerfile': `ARG ECR_REGISTRY\nFROM \${ECR_REGISTRY}:base-image-latest AS unused\nFROM example.com/x:base-image-latest\n`,
      'up/build-config.yaml': 'upstream_repo: https://example.com/x.git\nupstream_ref: v1\n',
      'none/build-config.yaml': CONFIG,
    };
    expect(await edges(files)).toEqual([]);
  });
});
