import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parse } from 'yaml';
import gitlabCi, { type GitlabCiOptions } from './generator';

const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };

describe('nx g @hephy/nx-image:gitlab-ci', () => {
  let tree: Tree;
  let said: string[];
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
    said = [];
    jest.spyOn(output, 'note').mockImplementation(({ bodyLines = [] }) => {
      said.push(...bodyLines);
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const pipeline = () => tree.read('.gitlab-ci.yml', 'utf8') ?? '';
  const generate = async (options: GitlabCiOptions = {}): Promise<string> => {
    await gitlabCi(tree, options);
    return pipeline();
  };

  it('writes ten lines at most, with the component of its own version', async () => {
    const text = await generate();
    expect(parse(text)).toMatchObject({
      include: [{ component: `$CI_SERVER_FQDN/hephy/hephy/hephy@${version}`, inputs: {} }],
    });
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  });

  it('takes the component from where it is told', async () => {
    expect(await generate({ component: 'gitlab.example.com:8443/tools/hephy/hephy' })).toContain(
      `- component: gitlab.example.com:8443/tools/hephy/hephy@${version}\n`,
    );
  });

  it('writes the component into the repository', async () => {
    expect(parse(await generate({ local: true }))).toMatchObject({ include: [{ local: '.gitlab/hephy.yml' }] });
    const component = tree.read('.gitlab/hephy.yml', 'utf8') ?? '';
    expect(component).toContain('\nhephy-plan:\n');
    tree.write('.gitlab/hephy.yml', component.replace('hephy-plan', 'hephy-old'));
    await generate({ local: true });
    expect(tree.read('.gitlab/hephy.yml', 'utf8')).toBe(component);
  });

  it.each([[{}], [{ local: true }], [{ component: 'gitlab.com/a/b/hephy' }]])(
    'changes nothing the second time: %j',
    async (options: GitlabCiOptions) => {
      await generate(options);
      const first = tree.listChanges().map(({ path, content }) => [path, content?.toString()]);
      await generate(options);
      expect(tree.listChanges().map(({ path, content }) => [path, content?.toString()])).toEqual(first);
      expect(said).toEqual([]);
    },
  );

  it.each(['', 'test:\n  script: [npm test]\n', 'include:\n  - component: gitlab.com/a/other@1\n'])(
    'leaves a pipeline that is there and says what to add: %j',
    async (there) => {
      tree.write('.gitlab-ci.yml', there);
      expect(await generate()).toBe(there);
      expect(said).toContain(`  - component: $CI_SERVER_FQDN/hephy/hephy/hephy@${version}`);
    },
  );

  it.each(['x/y/hephy@0.0.1', '"$CI_SERVER_FQDN/x/y/hephy@~latest"', "'x/y/hephy@0.0.1'"])(
    'raises the version of the component in a pipeline that is there: %s',
    async (address) => {
      const text = (component: string) =>
        `stages: [a]\r\ninclude:\r\n  - local: a.yml\r\n  - component: ${component} # images\r\n    inputs: {}\r\n`;
      tree.write('.gitlab-ci.yml', text(address));
      expect(await generate({ component: 'gitlab.com/x/y/hephy' })).toBe(text(`gitlab.com/x/y/hephy@${version}`));
      expect(said).toEqual([]);
    },
  );

  it('leaves its address where none is told', async () => {
    tree.write('.gitlab-ci.yml', 'include:\n  - component: $CI_SERVER_FQDN/tools/images/hephy@0.0.1\n');
    expect(await generate()).toBe(`include:\n  - component: $CI_SERVER_FQDN/tools/images/hephy@${version}\n`);
  });

  it.each(['hephy', 'a b/c/hephy', 'gitlab.com/a/hephy@1', 'gitlab.com/a/hephy\nx: y', '-/a/b c'])(
    'refuses what is no address: %j',
    async (component) => {
      await expect(generate({ component })).rejects.toThrow('OPTIONS_INVALID');
      expect(tree.exists('.gitlab-ci.yml')).toBe(false);
    },
  );
});
