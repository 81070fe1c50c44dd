import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { loadBuildConfig } from '../../config/load-build-config';
import image, { type ImageOptions } from './generator';

describe('nx g @hephy/nx-image:image', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
  });
  const text = (file: string): string => tree.read(file, 'utf8') ?? '';
  const filesOf = (root: string): string[] => tree.children(root).sort();

  async function refusal(options: ImageOptions): Promise<string> {
    const before = tree.listChanges().length;
    const error: unknown = await image(tree, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(tree.listChanges()).toHaveLength(before);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).stack).toBe((error as Error).message);
    return (error as Error).message;
  }

  it('makes a directory that builds with nothing else', async () => {
    await image(tree, { name: 'web' });
    expect(filesOf('projects/web')).toEqual([
      '.dockerignore',
      'Dockerfile',
      'README.md',
      'build-config.yaml',
      'hello.txt',
    ]);
    expect(text('projects/web/build-config.yaml')).toBe(
      '# yaml-language-server: $schema=../../node_modules/@hephy/nx-image/build-config.schema.json\n' +
        'platforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n',
    );
    expect(text('projects/web/Dockerfile')).toMatch(/^# .*\nFROM scratch\nCOPY hello\.txt \/hello\.txt\n$/);
    expect(text('projects/web/hello.txt')).toBe('Hello from web.\n');
    expect(text('projects/web/.dockerignore')).toContain('\n**/README.md\n');
    expect(text('projects/web/README.md')).toContain('npx nx run web:manifest');
  });

  it('sets the workspace up where it is not', async () => {
    await image(tree, { name: 'web' });
    expect(readJson(tree, 'nx.json')).toMatchObject({ plugins: [{ plugin: '@hephy/nx-image' }] });
    expect(text('.nxignore')).toBe('**/README.md\n');
  });

  it.each([
    ['.', 'web'],
    ['a/b/c', 'a/b/c/web'],
    ['./images//', 'images/web'],
  ])('leads editors to the schema from %s', async (directory, root) => {
    await image(tree, { name: 'web', directory });
    const schema = /\$schema=(.*)/.exec(text(`${root}/build-config.yaml`))?.[1] ?? '';
    expect(posix.join(root, schema)).toBe('node_modules/@hephy/nx-image/build-config.schema.json');
  });

  it('names a schema that the package has', () => {
    expect(existsSync(join(__dirname, '../../../build-config.schema.json'))).toBe(true);
  });

  it('makes an image FROM another', async () => {
    await image(tree, { name: 'base' });
    await image(tree, { name: 'web', base: 'base' });
    expect(text('projects/web/Dockerfile')).toMatch(
      /^# .*\nARG ECR_REGISTRY\nFROM \$\{ECR_REGISTRY\}:base-latest\nCOPY hello\.txt \/hello\.txt\n$/,
    );
  });

  it('makes an image of an upstream', async () => {
    const upstreamRepo = 'https://github.com/osscontainertools/kaniko';
    await image(tree, {
      name: 'kaniko',
      upstreamRepo,
      upstreamRef: 'v1.25.3',
      description: 'Kaniko: "the" executor',
      platforms: ['linux/arm64/v8'],
    });
    expect(filesOf('projects/kaniko')).toEqual(['README.md', 'build-config.yaml']);
    expect(loadBuildConfig(text('projects/kaniko/build-config.yaml'), 'x')).toMatchObject({
      upstream: { repo: upstreamRepo, ref: 'v1.25.3' },
      dockerfileFrom: 'upstream',
      description: 'Kaniko: "the" executor',
      platforms: [{ os: 'linux', architecture: 'arm64' }],
    });
    expect(text('projects/kaniko/build-config.yaml')).toContain(
      `\nupstream_repo: ${upstreamRepo}\nupstream_ref: v1.25.3\n`,
    );
  });

  it.each([
    'plain text',
    'a: b',
    'a #b',
    '- a',
    'null',
    '"quoted" \\ back',
    'ends:',
    'größe',
    '{a}',
    '1.10',
    'two\nlines',
  ])('writes the description %j so that it is read as it is', async (description) => {
    await image(tree, { name: 'web', description });
    expect(loadBuildConfig(text('projects/web/build-config.yaml'), 'x').description).toBe(description);
  });

  it('keeps the files of a directory that has no config yet', async () => {
    tree.write('projects/web/Dockerfile', 'FROM alpine\n');
    tree.write('projects/web/.dockerignore', 'node_modules');
    tree.write('projects/web/README.md', '# Mine\n');
    await image(tree, { name: 'web' });
    expect(filesOf('projects/web')).toEqual(['.dockerignore', 'Dockerfile', 'README.md', 'build-config.yaml']);
    expect(text('projects/web/Dockerfile')).toBe('FROM alpine\n');
    expect(text('projects/web/README.md')).toBe('# Mine\n');
    expect(text('projects/web/.dockerignore')).toBe('node_modules\n**/README.md\n');
  });

  it('refuses a directory that has a config', async () => {
    await image(tree, { name: 'web' });
    expect(await refusal({ name: 'web' })).toContain('IMAGE_NAME_TAKEN');
  });

  it('refuses a name that another directory has, naming it', async () => {
    tree.write('tools/web/build-config.yaml', '');
    expect(await refusal({ name: 'web' })).toMatch(/IMAGE_NAME_TAKEN[^]*tools\/web\/build-config\.yaml/);
  });

  it('refuses tags that collide with those of others, from either side', async () => {
    tree.write('images/kaniko/build-config.yaml', 'additional_tags: [latest, debug-latest]\n');
    expect(await refusal({ name: 'kaniko-debug' })).toMatch(/TAG_COLLISION[^]*images\/kaniko\/build-config\.yaml:1:27/);
    tree.write('images/web-20260102-0123abc/build-config.yaml', 'additional_tags: [latest]\n');
    expect(await refusal({ name: 'web' })).toContain('TAG_COLLISION');
  });

  it('does not mind what was wrong before', async () => {
    tree.write('a/x/build-config.yaml', '');
    tree.write('b/x/build-config.yaml', '');
    tree.write('b/y/build-config.yaml', 'nonsense: 1');
    await image(tree, { name: 'web' });
    expect(tree.exists('projects/web/build-config.yaml')).toBe(true);
  });

  it.each<[string, ImageOptions, string]>([
    ['a bad name', { name: '-x' }, 'IMAGE_NAME_INVALID'],
    ['a path as a name', { name: 'a/b' }, 'IMAGE_NAME_INVALID'],
    ['a name with a blank', { name: 'a b' }, 'IMAGE_NAME_INVALID'],
    ['two dots', { name: '..' }, 'IMAGE_NAME_INVALID'],
    ['a reserved name', { name: 'push-x' }, 'TAG_RESERVED'],
    ['a long name', { name: 'x'.repeat(100) }, 'TAG_TOO_LONG'],
    ['a directory outside', { name: 'web', directory: '../x' }, 'OPTIONS_INVALID'],
    ['an unknown platform', { name: 'web', platforms: ['linux/amd46'] }, 'Did you mean `linux/amd64`?'],
    ['no platform', { name: 'web', platforms: [] }, 'CONFIG_INVALID'],
    ['an upstream without a ref', { name: 'web', upstreamRepo: 'https://h/x' }, 'OPTIONS_INVALID'],
    ['a ref without an upstream', { name: 'web', upstreamRef: 'v1' }, 'OPTIONS_INVALID'],
    [
      'an upstream that git may not be given',
      { name: 'web', upstreamRepo: 'ext::sh', upstreamRef: 'v1' },
      'UPSTREAM_URL_INVALID',
    ],
    [
      'a base beside an upstream',
      { name: 'web', upstreamRepo: 'https://h/x', upstreamRef: 'v1', base: 'b' },
      'OPTIONS_INVALID',
    ],
    ['a base that is not there', { name: 'web', base: 'bse' }, 'Did you mean `base`?'],
  ])('refuses %s and writes nothing', async (_, options, shown) => {
    tree.write('projects/base/build-config.yaml', 'additional_tags: [latest]\n');
    expect(await refusal(options)).toContain(shown);
  });
});
