import { existsSync } from 'node:fs';
import { HephyError } from '../errors/hephy-error';
import { trustDirectory } from './find-repository';
import { runGit, type GitAccess } from './run-git';

const USUAL = ['main', 'master'];

/** What git knows of the name of a repository's default branch: what its remote said, else the one with a usual name, else the only one of a repository that is nowhere else. undefined: it knows nothing of it, or there is no git. */
export async function findDefaultBranch(access: GitAccess, root: string): Promise<string | undefined> {
  if (!existsSync(root)) return undefined;
  const head = await read(access, root, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']);
  const [, told] = /^refs\/remotes\/origin\/(.+)$/.exec(head) ?? [];
  if (told !== undefined) return told;
  const refs = await read(access, root, [
    ...['for-each-ref', '--format=%(refname)', '--', 'refs/heads'],
    ...USUAL.map((name) => `refs/remotes/origin/${name}`),
  ]);
  // Before the first commit there is nothing but what HEAD names.
  const found = [...refs.split('\n'), await read(access, root, ['symbolic-ref', '--quiet', 'HEAD'])];
  const known = new Set(found.flatMap((ref) => /^refs\/(?:heads|remotes\/origin)\/(.+)$/.exec(ref)?.[1] ?? []));
  const usual = USUAL.find((name) => known.has(name));
  if (usual !== undefined || known.size !== 1) return usual;
  return (await read(access, root, ['remote'])) === '' ? [...known][0] : undefined;
}

async function read(access: GitAccess, root: string, parameters: readonly string[]): Promise<string> {
  try {
    const { exitCode, stdout } = await runGit(access, {
      arguments: parameters,
      cwd: root,
      config: trustDirectory(root),
    });
    return exitCode === 0 ? stdout.toString('utf8').trim() : '';
  } catch (error) {
    if (error instanceof HephyError && error.code === 'TOOL_MISSING') return '';
    throw error;
  }
}
