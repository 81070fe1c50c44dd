import { readJson, writeJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import init from './generator';

function changesOf(tree: Tree): Record<string, string | undefined> {
  return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, content?.toString()]));
}

describe('nx g @hephy/nx-image:init', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
    tree.delete('.gitignore');
  });
  const text = (file: string): string | null => tree.read(file, 'utf8');

  it('sets a workspace up', async () => {
    await init(tree);
    expect(readJson(tree, 'nx.json')).toMatchObject({ plugins: [{ plugin: '@hephy/nx-image' }] });
    expect(text('.nxignore')).toBe('**/README.md\n');
    expect(text('.gitignore')).toBe('node_modules\ndist\n.nx/cache\n.nx/workspace-data\n');
    expect(text('rebuild-weekly.txt')).toMatch(/^#.*\n$/);
  });

  it('changes nothing the second time', async () => {
    tree.write('projects/a/build-config.yaml', '');
    tree.write('projects/a/.dockerignore', 'node_modules');
    await init(tree);
    const first = changesOf(tree);
    await init(tree);
    expect(changesOf(tree)).toEqual(first);
  });

  it.each([
    ['@hephy/nx-image'],
    ['@hephy/nx-image/plugin'],
    [{ plugin: '@hephy/nx-image', options: { registry: 'localhost:5000/x' } }],
    [{ plugin: '@hephy/nx-image/plugin', options: {} }],
  ])('leaves the plugin and its options as they are: %j', async (entry) => {
    const text = JSON.stringify({ plugins: [entry] });
    tree.write('nx.json', text);
    await init(tree);
    expect(tree.read('nx.json', 'utf8')).toBe(text);
  });

  it('keeps what else is in nx.json, and its line ends', async () => {
    tree.write('nx.json', '{\r\n  "plugins": ["@nx/js"],\r\n  "parallel": 5\r\n}\r\n');
    await init(tree);
    expect(readJson(tree, 'nx.json')).toEqual({ plugins: ['@nx/js', { plugin: '@hephy/nx-image' }], parallel: 5 });
    expect(text('nx.json')).not.toMatch(/[^\r]\n/);
  });

  it('keeps files that are there', async () => {
    tree.write('.gitignore', '/node_modules\r\n/dist/\r\n.nx\r\nsecret');
    tree.write('.nxignore', 'docs\n**/README.md');
    tree.write('rebuild-weekly.txt', 'curl\n');
    await init(tree);
    expect(text('.gitignore')).toBe('/node_modules\r\n/dist/\r\n.nx\r\nsecret');
    expect(text('.nxignore')).toBe('docs\n**/README.md');
    expect(text('rebuild-weekly.txt')).toBe('curl\n');
  });

  it('makes the images that are there agree on README.md', async () => {
    for (const name of ['plain', 'own', 'all', 'some', 'shows', 'upstream', 'broken'])
      tree.write(`images/${name}/build-config.yaml`, '');
    tree.write('images/own/.dockerignore', 'x\r\n**/README.md');
    tree.write('images/all/.dockerignore', '*\n');
    tree.write('images/some/.dockerignore', '*\n!www');
    tree.write('images/shows/Dockerfile', 'FROM scratch\nCOPY README.md /\n');
    tree.write(
      'images/upstream/build-config.yaml',
      'upstream_repo: https://github.com/curl/curl\nupstream_ref: master\n',
    );
    tree.write('images/broken/build-config.yaml', 'platforms: [');
    await init(tree);
    expect(text('images/plain/.dockerignore')).toBe('**/README.md\n');
    expect(text('images/own/.dockerignore')).toBe('x\r\n**/README.md');
    expect(text('images/all/.dockerignore')).toBe('*\n');
    expect(text('images/some/.dockerignore')).toBe('*\n!www\n**/README.md\n');
    for (const name of ['shows', 'upstream', 'broken']) expect(tree.exists(`images/${name}/.dockerignore`)).toBe(false);
    expect(text('.nxignore')).toBe('**/README.md\n!images/shows/**/README.md\n');
  });

  it('works without an nx.json', async () => {
    tree.delete('nx.json');
    await init(tree);
    expect(readJson(tree, 'nx.json')).toEqual({ plugins: [{ plugin: '@hephy/nx-image' }] });
  });

  it('reads plugins that nx.json has by itself only', async () => {
    writeJson(tree, 'nx.json', { plugins: ['@hephy/nx-image-other'] });
    await init(tree);
    expect(readJson<{ plugins: unknown[] }>(tree, 'nx.json').plugins).toHaveLength(2);
  });
});
