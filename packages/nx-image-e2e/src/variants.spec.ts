import { HOST_PLATFORM } from './testing/builders';
import type { RegistryView } from './testing/registry-view';
import { errorOf, outcomesOf, resultOf } from './testing/results';
import { succeed } from './testing/run';
import { startPublishing, type Publishing } from './testing/start-publishing';
import { imageConfig, type Workspace } from './testing/workspace';

/** Stages of their own: one FROM another image of the directory. No RUN: nothing here needs emulation. */
const dockerfile = (host: string) => `ARG ECR_REGISTRY
FROM scratch AS tool
ARG GREETING
LABEL greeting=$GREETING
COPY tool.txt /

FROM \${ECR_REGISTRY}:tool-latest AS debug
ARG LEVEL
LABEL level=$LEVEL
COPY debug.txt /

FROM scratch AS warmer
COPY warmer.txt /

FROM ${host}/base/missing:1 AS broken
COPY tool.txt /
`;

const config = (level: string, more: readonly string[] = []) =>
  imageConfig([
    'target: tool',
    'build_args: [GREETING=hello]',
    'variants:',
    '  debug:',
    '    target: debug',
    '    build_args:',
    `      LEVEL: "${level}"`,
    `  warmer: { target: warmer, platforms: [${HOST_PLATFORM}], additional_tags: [latest, v1] }`,
    ...more,
  ]);

const BUILT = { 'linux/amd64': 'built', 'linux/arm64': 'built' };
const REUSED = { 'linux/amd64': 'reused', 'linux/arm64': 'reused' };

describe('several images of one directory', () => {
  let publishing: Publishing;
  let registry: RegistryView;
  let workspace: Workspace;

  beforeAll(async () => {
    publishing = await startPublishing(
      (host) => ({
        'images/tool/build-config.yaml': config('1'),
        'images/tool/Dockerfile': dockerfile(host),
        'images/tool/tool.txt': 'one\n',
        'images/tool/debug.txt': 'one\n',
        'images/tool/warmer.txt': 'one\n',
        'images/child/build-config.yaml': imageConfig(),
        'images/child/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:tool-debug-latest\nCOPY child.txt /\n',
        'images/child/child.txt': 'one\n',
      }),
      { HEPHY_PUBLISH: 'true' },
    );
    ({ registry, workspace } = publishing);
  });
  afterAll(() => publishing.end());

  const outcomes = (...images: readonly string[]) =>
    Object.fromEntries(images.map((image) => [image, outcomesOf(resultOf(workspace, image))]));
  const change = async (path: string, text: string) => {
    workspace.write(path, text);
    await workspace.commit(`Change ${path}`);
  };
  /** Of the platform's image behind the tag. */
  const layersOf = async (tag: string, architecture: string) =>
    (await registry.manifest(await registry.childOf(tag, architecture))).layers?.map(({ digest }) => digest) ?? [];
  const digestsOf = (image: string) => resultOf(workspace, image).builds.map(({ digest }) => digest);

  it('`manifest` makes all of them, with one prepare, under tags of their own', async () => {
    const output = await succeed(workspace.nx(['run', 'tool:manifest']));
    for (const image of ['tool', 'tool-debug', 'tool-warmer']) {
      expect(output).toMatch(new RegExp(`^${image} +built`, 'm'));
    }
    expect(outcomes('tool', 'tool-debug', 'tool-warmer')).toEqual({
      tool: BUILT,
      'tool-debug': BUILT,
      'tool-warmer': { [HOST_PLATFORM]: 'built' },
    });
    expect([resultOf(workspace, 'tool').prepare?.outcome, resultOf(workspace, 'tool-debug').prepare]).toEqual([
      'built',
      undefined,
    ]);
    const tags = (await registry.tags()).filter((tag) => tag.startsWith('tool'));
    const readable = tags.map((tag) => tag.replace(/-\d{8}-[0-9a-f]{7}/, '-<version>'));
    const of = (image: string, architectures: readonly string[]) => [
      ...[`${image}-<version>`, `${image}-latest`],
      ...architectures.map((one) => `${image}-<version>-${one}`),
    ];
    expect(readable.sort()).toEqual(
      [
        ...of('tool', ['amd64', 'arm64']),
        ...of('tool-debug', ['amd64', 'arm64']),
        ...of('tool-warmer', [HOST_PLATFORM.replace('linux/', '')]),
        'tool-warmer-v1',
      ].sort(),
    );
    for (const architecture of ['amd64', 'arm64']) {
      const debug = await registry.childOf('tool-debug-latest', architecture);
      expect(await registry.file(debug, 'debug.txt')).toBe('one\n');
      expect(await registry.file(debug, 'tool.txt')).toBe('one\n');
    }
  });

  it('a child is FROM what this run made of the variant, and waits for that alone', async () => {
    const warmer = resultOf(workspace, 'tool-warmer');
    await change('images/tool/tool.txt', 'two\n');
    await succeed(workspace.nx(['run', 'child:manifest', '--batch=false']));
    expect(outcomes('tool', 'tool-debug', 'child')).toEqual({ tool: BUILT, 'tool-debug': BUILT, child: BUILT });
    expect(resultOf(workspace, 'tool-warmer')).toEqual(warmer);
    for (const architecture of ['amd64', 'arm64']) {
      const debug = await registry.childOf('tool-debug-latest', architecture);
      expect(digestsOf('tool-debug')).toContain(debug);
      const layers = await layersOf('tool-debug-latest', architecture);
      expect((await layersOf('child-latest', architecture)).slice(0, layers.length)).toEqual(layers);
      expect(await registry.file(await registry.childOf('child-latest', architecture), 'tool.txt')).toBe('two\n');
    }
  });

  it('builds only the one whose args changed, and what is FROM it', async () => {
    await succeed(workspace.nx(['run-many', '-t', 'manifest']));
    const before = digestsOf('tool-warmer');
    await change('images/tool/build-config.yaml', config('2'));
    await succeed(workspace.nx(['run-many', '-t', 'manifest']));
    expect(outcomes('tool', 'tool-debug', 'tool-warmer', 'child')).toEqual({
      tool: REUSED,
      'tool-debug': BUILT,
      'tool-warmer': { [HOST_PLATFORM]: 'reused' },
      child: BUILT,
    });
    expect(digestsOf('tool-warmer')).toEqual(before);
    expect(resultOf(workspace, 'tool-debug').builds[0]?.reason).toMatch(/LEVEL/);
  });

  it('makes one by itself, and says what one, a directory, or all of it is', async () => {
    const output = await succeed(workspace.nx(['run', 'tool:manifest--warmer']));
    expect(output).toMatch(/^tool-warmer +reused/m);
    expect(output).not.toMatch(/^tool +not published/m);
    const plan = async (...words: readonly string[]) => {
      const plans = JSON.parse(await succeed(workspace.hephy(['plan', '--json', ...words]))) as { image: string }[];
      return plans.map(({ image }) => image);
    };
    expect(await plan('tool-debug')).toEqual(['tool-debug']);
    expect(await plan('tool')).toEqual(['tool', 'tool-debug', 'tool-warmer']);
    expect(await plan('images/tool', 'child')).toEqual(['tool', 'tool-debug', 'tool-warmer', 'child']);
    const explained = await succeed(workspace.hephy(['explain', 'tool-debug', 'child']));
    expect(explained.match(/would reuse/g)).toHaveLength(4);
    await succeed(workspace.hephy(['verify', 'tool-debug', 'tool-warmer']));
    const report = await succeed(workspace.hephy(['report', 'tool-warmer']));
    expect(report).toMatch(/^tool-warmer +reused/m);
    expect(report).not.toContain('tool-debug');
  });

  it('a base that only one needs fails that one', async () => {
    await change('images/tool/build-config.yaml', config('2', ['  broken: { target: broken }']));
    const { code, output } = await workspace.nx(['run', 'tool:manifest']);
    expect({ code, output }).not.toMatchObject({ code: 0 });
    expect(errorOf(resultOf(workspace, 'tool-broken'))?.code).toBe('BASE_NOT_FOUND');
    expect(outcomes('tool', 'tool-debug', 'tool-broken')).toEqual({
      tool: REUSED,
      'tool-debug': REUSED,
      'tool-broken': { 'linux/amd64': 'failed', 'linux/arm64': 'failed' },
    });
    expect(resultOf(workspace, 'tool-debug').manifest?.outcome).toBe('reused');
    expect(resultOf(workspace, 'tool').manifest).toMatchObject({ outcome: 'skipped' });
  });

  it('what is wrong with what they share skips all of them', async () => {
    await change('images/tool/build-config.yaml', config('2', ['dockerfile_path: Dockerfile.gone']));
    const { code, output } = await workspace.nx(['run', 'tool:manifest']);
    expect({ code, output }).not.toMatchObject({ code: 0 });
    expect(errorOf(resultOf(workspace, 'tool'))?.code).toBe('DOCKERFILE_MISSING');
    expect(resultOf(workspace, 'tool-debug').manifest).toMatchObject({ outcome: 'skipped', reason: 'prepare failed' });
    expect(output).toMatch(/^tool +failed DOCKERFILE_MISSING/m);
    expect(output).toMatch(/^tool-debug +skipped because prepare failed/m);
  });

  it('a circle is an error of the graph', async () => {
    workspace.write('images/tool/build-config.yaml', config('2'));
    await change(
      'images/tool/Dockerfile',
      dockerfile(publishing.host).replace('scratch AS tool', '${ECR_REGISTRY}:tool-debug-latest AS tool'),
    );
    const { code, output } = await workspace.nx(['run', 'tool:build-amd64']);
    expect(code).not.toBe(0);
    expect(output).toMatch(/circular dependency[^]*tool:build-amd64--debug/i);
  });
});
