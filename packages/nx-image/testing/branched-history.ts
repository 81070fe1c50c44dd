import type { MadeRepository, RepositoryFiles } from './git-repository';

/** Commits by name. */
export type History = ReadonlyMap<string, string>;

/**
 * main: m1 … m60, a file more in images/base each. From m3, on feature: f1, f2, a file in images/app each; from f2: deleted, renamed, quoted, and with a submodule bound and moved. merged is the merge
 * of m60 and f2, train is m60 and a file in images/other, trained the merge of train and f2. n1 rewrites main from m58 on; lost, after m60, is on no branch any more, and gone was there and is not. orphan has
 * no parents.
 */
export function makeHistory(repository: MadeRepository): History {
  const { git } = repository;
  const history = new Map<string, string>();
  const idOf = (name: string): string => {
    const id = history.get(name);
    if (id === undefined) throw new Error(`there is no commit ${name} yet`);
    return id;
  };
  const add = (name: string, branch: string, from: string | undefined, files: RepositoryFiles): void => {
    if (from !== undefined) git('update-ref', `refs/heads/${branch}`, idOf(from));
    history.set(name, repository.commit(files, branch));
  };
  const merge = (name: string, first: string, second: string, files: RepositoryFiles): void => {
    repository.commit(files, 'merging');
    history.set(name, git('commit-tree', '-m', name, '-p', idOf(first), '-p', idOf(second), 'merging^{tree}'));
    git('update-ref', `refs/merge-requests/${name}/merge`, idOf(name));
    git('update-ref', '-d', 'refs/heads/merging');
  };

  for (let n = 1; n <= 60; n++) add(`m${n}`, 'main', undefined, base(n));
  const app = { 'images/app/1': '1', 'images/app/2': '2' };
  const feature = { ...base(3), ...app };
  add('f1', 'feature', 'm3', { ...base(3), 'images/app/1': '1' });
  add('f2', 'feature', 'f1', feature);
  add('deleted', 'deleting', 'f2', { ...base(3), 'images/app/1': '1' });
  add('renamed', 'renaming', 'f2', { ...base(3), 'images/new/1': '1', 'images/new/2': '2' });
  add('quoted', 'quoting', 'f2', { ...feature, 'images/app/é"': '3' });
  add('bound', 'binding', 'f2', { ...feature, ...submodule('1') });
  add('moved', 'binding', 'bound', { ...feature, ...submodule('2') });
  merge('merged', 'm60', 'f2', { ...base(60), ...app });
  add('train', 'train', 'm60', { ...base(60), 'images/other/1': '1' });
  merge('trained', 'train', 'f2', { ...base(60), ...app, 'images/other/1': '1' });
  add('n1', 'rewritten', 'm58', { ...base(58), 'images/app/n1': '1' });
  add('orphan', 'alone', undefined, { 'images/alone/1': '1' });
  add('gone', 'dropped', 'm60', { ...base(60), 'images/app/gone': '1' });
  git('update-ref', '-d', 'refs/heads/dropped');
  git('gc', '--quiet', '--prune=now');
  add('lost', 'dropped', 'm60', { ...base(60), 'images/app/lost': '1' });
  git('update-ref', '-d', 'refs/heads/dropped');
  return history;
}

function base(files: number): RepositoryFiles {
  return Object.fromEntries(Array.from({ length: files }, (_, n) => [`images/base/${n + 1}`, `${n + 1}`]));
}

function submodule(digit: string): RepositoryFiles {
  return {
    '.gitmodules': '[submodule "src"]\n\tpath = images/app/src\n\turl = ../src.git\n\tignore = all\n',
    'images/app/src': { submodule: digit.repeat(40) },
  };
}
