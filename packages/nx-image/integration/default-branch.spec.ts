import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { output } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import githubActions from '../src/generators/github-actions/generator';
import init from '../src/generators/init/generator';
import { gitIn } from '../testing/git-repository';

let root: string;
let said: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hephy-branch-'));
  writeFileSync(join(root, 'nx.json'), '{}\n');
  said = [];
  jest.spyOn(output, 'note').mockImplementation(({ title }) => {
    said.push(title);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const git = (...parameters: readonly string[]) => gitIn(root, parameters);
function begin(branch: string): void {
  git('init', '--quiet', `--initial-branch=${branch}`);
}
function commit(): void {
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--allow-empty', '--message=a');
}

async function branches(): Promise<string | undefined> {
  const tree = new FsTree(root, false);
  await githubActions(tree, {});
  return /branches: \[(.*)\]/.exec(tree.read('.github/workflows/images.yml', 'utf8') ?? '')?.[1];
}

async function initialised(): Promise<unknown> {
  const tree = new FsTree(root, false);
  await init(tree);
  return (JSON.parse(tree.read('nx.json', 'utf8') ?? '') as { defaultBase?: unknown }).defaultBase;
}

test('a branch with a usual name, before and after its first commit', async () => {
  begin('master');
  expect(await branches()).toBe('master');
  commit();
  git('checkout', '--quiet', '-b', 'feature');
  expect(await branches()).toBe('master');
  expect(await initialised()).toBe('master');
  git('branch', 'main');
  expect(await branches()).toBe('main');
  expect(await initialised()).toBeUndefined();
  expect(said).toEqual([]);
});

test('what the remote said goes before names, and nx.json before that', async () => {
  begin('main');
  commit();
  git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  expect([await branches(), await initialised()]).toEqual(['trunk', 'trunk']);
  writeFileSync(join(root, 'nx.json'), '{ "defaultBase": "origin/release" }\n');
  expect([await branches(), await initialised()]).toEqual(['release', 'origin/release']);
  expect(said).toEqual([]);
});

test('the only branch of a repository that is nowhere else, before and after its first commit', async () => {
  begin('trunk');
  expect(await branches()).toBe('trunk');
  commit();
  expect([await branches(), await initialised()]).toEqual(['trunk', 'trunk']);
  expect(said).toEqual([]);
});

test('where git knows of none, or of several, the workflow says which one it takes, and so does the generator', async () => {
  expect(await branches()).toBe('main');
  begin('develop');
  commit();
  git('remote', 'add', 'origin', root);
  expect([await branches(), await initialised()]).toEqual(['main', undefined]);
  git('remote', 'remove', 'origin');
  git('branch', 'feature');
  expect([await branches(), await initialised()]).toEqual(['main', undefined]);
  expect(said).toEqual(Array.from({ length: 3 }, () => 'The default branch is taken to be main'));
});
