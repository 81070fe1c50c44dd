import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parse } from 'yaml';
import { mark } from '../written-mark';
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

  const component = (): string => tree.read('.gitlab/hephy.yml', 'utf8') ?? '';

  it('writes ten lines at most, and the component beside them: no other project has to have it', async () => {
    const text = await generate();
    expect(parse(text)).toMatchObject({ include: [{ local: '.gitlab/hephy.yml', inputs: {} }] });
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(component()).toContain('\nhephy-plan:\n');
    expect(said).toEqual([]);
  });

  it('takes the component from where it is told, in its own version', async () => {
    expect(await generate({ component: 'gitlab.example.com:8443/tools/hephy/hephy' })).toContain(
      `- component: gitlab.example.com:8443/tools/hephy/hephy@${version}\n`,
    );
    expect(tree.exists('.gitlab/hephy.yml')).toBe(false);
  });

  it('brings the component in the repository up to date, and leaves one that was edited', async () => {
    await generate();
    const now = component();
    tree.write('.gitlab/hephy.yml', mark('older:\n', {}, 'gitlab-ci'));
    await generate();
    expect(component()).toBe(now);
    const formatted = now.replaceAll("'", '"');
    tree.write('.gitlab/hephy.yml', formatted);
    await generate();
    expect(component()).toBe(formatted);
    tree.write('.gitlab/hephy.yml', now.replace('timeout: 1h', 'timeout: 2h'));
    await expect(generate()).rejects.toThrow('WORKFLOW_NOT_OURS');
    expect(component()).toContain('timeout: 2h');
  });

  it.each([[{}], [{ local: true }], [{ component: 'gitlab.com/a/b/hephy' }]])(
    'changes nothing the second time: %j',
    async (options) => {
      const first = await generate(options);
      const changes = tree.listChanges().length;
      expect(await generate(options)).toBe(first);
      expect(await generate()).toBe(first);
      expect(tree.listChanges()).toHaveLength(changes);
      expect(said).toEqual([]);
    },
  );

  it('goes from the one to the other, and keeps inputs and all else', async () => {
    const local = await generate();
    const elsewhere = await generate({ component: 'gitlab.com/a/b/hephy' });
    expect(elsewhere).toBe(local.replace('local: .gitlab/hephy.yml', `component: gitlab.com/a/b/hephy@${version}`));
    expect(tree.exists('.gitlab/hephy.yml')).toBe(false);
    expect(await generate({ local: true })).toBe(local);
    expect(component()).toContain('\nhephy-plan:\n');
    expect(said).toEqual([]);
    await expect(generate({ local: true, component: 'gitlab.com/a/b/hephy' })).rejects.toThrow('OPTIONS_INVALID');
  });

  it.each([
    ['- .gitlab/hephy.yml', '- { component: gitlab.com/a/b/hephy@VERSION }'],
    ['- "/.gitlab/hephy.yml" # images', '- { component: gitlab.com/a/b/hephy@VERSION } # images'],
    ["- {local: '/.gitlab/hephy.yml', inputs: {}}", '- {component: gitlab.com/a/b/hephy@VERSION, inputs: {}}'],
    ['- {component: "x/y/hephy@~latest", inputs: {}}', '- {component: gitlab.com/a/b/hephy@VERSION, inputs: {}}'],
    ['  component: x/y/hephy@1', '  component: gitlab.com/a/b/hephy@VERSION'],
  ])('finds what includes it, as it stands: %s', async (item, expected) => {
    const before = 'test:\n  script: !reference [x, script]\ninclude:\n';
    tree.write('.gitlab-ci.yml', `${before}${item}\n`);
    expect(await generate({ component: 'gitlab.com/a/b/hephy' })).toBe(
      `${before}${expected.replace('VERSION', version)}\n`,
    );
    expect(said).toEqual([]);
  });

  it.each(['', 'test:\n  script: [npm test]\n', 'include:\n  - component: gitlab.com/a/other@1\n', 'include: [\n'])(
    'leaves a pipeline that is there and says what to add: %j',
    async (there) => {
      tree.write('.gitlab-ci.yml', there);
      expect(await generate()).toBe(there);
      expect(said).toContain('  - local: .gitlab/hephy.yml');
      expect(said.join(' ')).toMatch(/stage `build`.*without `rules`.*to wait for a job of yours/);
      await generate({ component: 'gitlab.com/a/b/hephy' });
      expect(said).toContain(`  - component: gitlab.com/a/b/hephy@${version}`);
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
    expect(tree.exists('.gitlab/hephy.yml')).toBe(false);
  });

  it.each(['hephy', 'a b/c/hephy', 'gitlab.com/a/hephy@1', 'gitlab.com/a/hephy\nx: y', '-/a/b c'])(
    'refuses what is no address: %j',
    async (component) => {
      await expect(generate({ component })).rejects.toThrow('OPTIONS_INVALID');
      expect(tree.exists('.gitlab-ci.yml')).toBe(false);
    },
  );
});
