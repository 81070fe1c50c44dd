import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { output } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import githubActions from './github-actions/generator';
import gitlabCi from './gitlab-ci/generator';

let top: string;
beforeEach(() => {
  jest.spyOn(output, 'note').mockImplementation(() => undefined);
  top = mkdtempSync(join(tmpdir(), 'hephy-top-'));
  mkdirSync(join(top, 'containers'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(top, { recursive: true, force: true });
});

describe.each([
  ['gitlab-ci', gitlabCi],
  ['github-actions', githubActions],
])('nx g @hephy/nx-image:%s', (_, generate) => {
  test('refuses a workspace that is a directory of a repository: no CI would read what it writes', async () => {
    mkdirSync(join(top, '.git'));
    const tree = new FsTree(join(top, 'containers'), false);
    await expect(generate(tree, {})).rejects.toThrow(
      `WORKSPACE_NOT_TOP the workspace is a directory of the repository ${top}`,
    );
    expect(tree.listChanges()).toEqual([]);
  });

  test('takes the top of one, a worktree and a submodule, and a directory that is in none', async () => {
    for (const make of [
      () => undefined,
      () => {
        writeFileSync(join(top, '.git'), 'gitdir: elsewhere\n');
      },
    ]) {
      make();
      const tree = new FsTree(top, false);
      await generate(tree, {});
      expect(tree.listChanges()).not.toEqual([]);
    }
  });
});
