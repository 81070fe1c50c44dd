import type { RegistryView } from './testing/registry-view';
import { succeed } from './testing/run';
import { startPublishing, type Publishing } from './testing/start-publishing';
import { imageConfig, type Workspace } from './testing/workspace';

const FILES = {
  'images/base/build-config.yaml': imageConfig(),
  'images/base/Dockerfile': 'FROM scratch\nCOPY base.txt /base.txt\n',
  'images/base/base.txt': 'one\n',
  'images/base/README.md': '# base\n',
  'images/app/build-config.yaml': imageConfig(),
  'images/app/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\nCOPY app.txt /app.txt\n',
  'images/app/app.txt': 'one\n',
  'images/other/build-config.yaml': imageConfig(),
  'images/other/Dockerfile': 'FROM scratch\nCOPY other.txt /other.txt\n',
  'images/other/other.txt': 'one\n',
};

describe('nx affected -t manifest --base=HEAD~1', () => {
  let publishing: Publishing;
  let registry: RegistryView;
  let workspace: Workspace;
  const affected = () => workspace.nx(['affected', '-t', 'manifest', '--base=HEAD~1']);
  const tagsOf = (image: string, snapshot: Readonly<Record<string, string>>) =>
    Object.entries(snapshot).filter(([tag]) => tag.startsWith(`${image}-`));

  const otherFile = async () => registry.file(await registry.childOf('other-latest', 'amd64'), 'other.txt');

  beforeAll(async () => {
    publishing = await startPublishing(() => FILES, { HEPHY_PUBLISH: 'true' });
    ({ registry, workspace } = publishing);
    await succeed(workspace.nx(['run-many', '-t', 'manifest']));
  });
  afterAll(() => publishing.end());

  it('builds the changed image only, and moves no tag of the parent it is FROM', async () => {
    const before = await registry.snapshot();
    workspace.write('images/app/app.txt', 'two\n');
    await workspace.commit('Change app');
    await succeed(affected());
    const after = await registry.snapshot();
    expect(after['app-latest']).not.toBe(before['app-latest']);
    expect(tagsOf('base', after)).toEqual(tagsOf('base', before));
    expect(tagsOf('other', after)).toEqual(tagsOf('other', before));
  });

  it('builds a changed base and what is FROM it', async () => {
    const before = await registry.snapshot();
    workspace.write('images/base/base.txt', 'two\n');
    await workspace.commit('Change base');
    await succeed(affected());
    const after = await registry.snapshot();
    expect(after['base-latest']).not.toBe(before['base-latest']);
    expect(after['app-latest']).not.toBe(before['app-latest']);
    expect(tagsOf('other', after)).toEqual(tagsOf('other', before));
  });

  it('does nothing after a change of a README', async () => {
    const before = await registry.snapshot();
    workspace.write('images/base/README.md', '# Base\n');
    await workspace.commit('Explain base');
    expect(await succeed(affected())).toContain('No tasks were run');
    expect(await registry.snapshot()).toEqual(before);
  });

  it('compares with what CI says by `hephy base`: after a force push what only the old tip had goes back', async () => {
    workspace.write('images/other/other.txt', 'lost\n');
    await workspace.commit('Change other');
    await succeed(affected());
    expect(await otherFile()).toBe('lost\n');
    const before = await registry.snapshot();
    const old = await workspace.git('rev-parse', 'HEAD');
    await workspace.git('reset', '-q', '--hard', 'HEAD~1');
    workspace.write('images/app/app.txt', 'forced\n');
    await workspace.commit('Change app instead');
    const line = 'npx nx affected -t manifest --base="$(npx hephy base)"';
    const job = { GITLAB_CI: 'true', CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'push' };
    const output = await succeed(workspace.sh(line, { ...job, CI_COMMIT_BEFORE_SHA: old.trim() }));
    expect(output).toContain('which main was before this push');
    const after = await registry.snapshot();
    expect(after['app-latest']).not.toBe(before['app-latest']);
    expect(await otherFile()).toBe('one\n');
    // Where the base is not known, nx fails: it takes an empty one for a base since which nothing changed.
    const failed = await workspace.sh(line);
    expect(failed.output).toContain('CHANGES_UNKNOWN');
    expect(failed.code).not.toBe(0);
  });
});
