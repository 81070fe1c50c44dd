import { output, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import githubActions, { type GithubActionsOptions } from './generator';

const FILE = '.github/workflows/images.yml';

describe('nx g @hephy/nx-image:github-actions', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
    jest.spyOn(output, 'note').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const text = (): string => tree.read(FILE, 'utf8') ?? '';
  const levels = (): number => new Set(text().match(/^ {2}build-\d+:$/gm)).size;
  const image = (name: string, dockerfile: string, config = 'additional_tags: [latest]\n'): void => {
    tree.write(`images/${name}/build-config.yaml`, config);
    tree.write(`images/${name}/Dockerfile`, dockerfile);
  };
  const from = (name: string): string => `ARG ECR_REGISTRY\nFROM \${ECR_REGISTRY}:${name}-latest\n`;

  async function refusal(options: GithubActionsOptions = {}): Promise<string> {
    const before = text();
    const error: unknown = await githubActions(tree, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(text()).toBe(before);
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }

  it('writes a workflow for as many levels as images stand on each other, at least two', async () => {
    await githubActions(tree, {});
    expect(levels()).toBe(2);
    image('a', 'FROM scratch\n');
    image('b', from('a'));
    image('c', from('b'));
    image('d', `${from('c')}COPY --from=x / /\n`);
    image('e', from('a'));
    await githubActions(tree, {});
    expect(levels()).toBe(4);
    expect(text()).toContain('npx hephy pipeline github --levels=4 ');
  });

  it('counts images of one directory that are FROM each other', async () => {
    const variants = 'additional_tags: [latest]\nvariants:\n  debug: { dockerfile_path: Debug, target: debug }\n';
    image('a', 'FROM scratch\n', variants.replace('dockerfile_path: Debug, ', ''));
    image('b', from('a-debug'));
    image('c', from('b'));
    await githubActions(tree, {});
    expect(levels()).toBe(3);
  });

  it('changes nothing the second time, formatted in another way or not', async () => {
    await githubActions(tree, { registry: 'ghcr.io/team/images', install: 'npm ci --ignore-scripts' });
    const first = text();
    await githubActions(tree, {});
    expect(text()).toBe(first);
    const formatted = first.replaceAll("'", '"').replaceAll('\n', '\r\n');
    tree.write(FILE, formatted);
    await githubActions(tree, {});
    expect(text()).toBe(formatted);
  });

  it('keeps the options of the first time but for those that are given', async () => {
    await githubActions(tree, { registry: 'ghcr.io/team/images', levels: 5 });
    await githubActions(tree, { levels: 3 });
    expect(text()).toContain('ECR_REGISTRY: ghcr.io/team/images\n');
    expect(levels()).toBe(3);
  });

  it('leaves what others wrote, and what was edited', async () => {
    tree.write(FILE, 'name: images\n');
    expect(await refusal()).toContain('WORKFLOW_NOT_OURS');
    tree.delete(FILE);
    await githubActions(tree, {});
    tree.write(FILE, text().replace('cancelled()', 'failure()'));
    expect(await refusal({ levels: 4 })).toContain('WORKFLOW_NOT_OURS');
  });

  it('goes by what the workspace has', async () => {
    tree.write('.nvmrc', '20\n');
    tree.write('package-lock.json', '{}');
    tree.write('nx.json', '{ "defaultBase": "trunk" }');
    await githubActions(tree, {});
    expect(text()).toContain('node-version-file: .nvmrc\n');
    expect(text()).toContain('cache: npm\n');
    expect(text()).toContain('branches: [trunk]\n');
  });

  it.each([
    ['package-lock.json', 'npm ci'],
    ['pnpm-lock.yaml', 'corepack enable && pnpm install --frozen-lockfile'],
    ['yarn.lock', 'corepack enable && yarn install --frozen-lockfile'],
    ['bun.lock', 'npm install --global bun && bun install --frozen-lockfile'],
  ])('installs by the lock file that is there: %s', async (file, install) => {
    tree.write(file, '');
    await githubActions(tree, {});
    expect(text()).toContain(`- run: ${install}\n`);
    expect(text().includes('cache: npm')).toBe(file === 'package-lock.json');
  });

  it('refuses options that are none', async () => {
    expect(await refusal({ registry: 'images' })).toContain('OPTIONS_INVALID');
    expect(tree.exists(FILE)).toBe(false);
  });
});
