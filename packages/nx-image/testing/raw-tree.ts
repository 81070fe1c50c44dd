import { gitIn, type MadeRepository } from './git-repository';

/** As it stands in a tree object: nothing about it is checked. */
export type RawEntry = readonly [mode: string, name: string | Buffer, id: string];

/** Writes a tree as it is given, be it one that git would never make, and answers its id. */
export function writeTree(repository: MadeRepository, entries: readonly RawEntry[]): string {
  const parts = entries.flatMap(([mode, name, id]) => [
    Buffer.from(`${mode} `),
    Buffer.from(name),
    Buffer.from('\0'),
    Buffer.from(id, 'hex'),
  ]);
  return gitIn(
    repository.directory,
    ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'],
    Buffer.concat(parts),
  );
}

export function writeBlob(repository: MadeRepository, content: string | Buffer): string {
  return gitIn(repository.directory, ['hash-object', '-w', '--stdin'], content);
}

/** A commit of the tree, which `main` is from now on. */
export function commitTree(repository: MadeRepository, tree: string): string {
  const commit = repository.git('commit-tree', '-m', 'x', tree);
  repository.git('update-ref', 'refs/heads/main', commit);
  return commit;
}
