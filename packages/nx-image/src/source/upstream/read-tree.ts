import { HephyError } from '../../errors/hephy-error';
import { decodePath, showBytes, splitNul } from '../decode-path';
import { lastLines, type GitAccess } from '../run-git';
import { commitPath } from './fetch-commit';
import { runUpstreamGit } from './upstream-git';

export interface CommitAccess extends GitAccess {
  readonly store: string;
  /** 40 hex, in the store. */
  readonly commit: string;
}

export interface TreeEntry {
  /** From the root of the commit, each part checked: none is empty, `.`, `..` or `.git`. */
  readonly path: string;
  /** `100644`, `100755`, `120000`, `160000`; `040000` only where one path is asked for. */
  readonly mode: string;
  readonly id: string;
  /** Bytes of a file; 0 of others. */
  readonly size: number;
}

/** The files below a directory of the commit; of `.` all. @throws HephyError CONTEXT_ESCAPES, CONTEXT_UNSUPPORTED for a tree that git itself would not check out */
export async function readTree(access: CommitAccess, directory: string): Promise<TreeEntry[]> {
  const paths = directory === '.' ? [] : ['--', `${directory}/`];
  return list(access, ['-r', '-l'], paths);
}

/** What the commit has at a path. */
export async function readEntry(access: CommitAccess, path: string): Promise<TreeEntry | undefined> {
  return (await list(access, ['-l'], ['--', path]))[0];
}

async function list(access: CommitAccess, options: readonly string[], paths: readonly string[]): Promise<TreeEntry[]> {
  const end = await runUpstreamGit(access, {
    arguments: ['ls-tree', '-z', '--full-tree', ...options, access.commit, ...paths],
    repository: commitPath(access.store, access.commit),
  });
  if (end.exitCode !== 0) throw new Error(`git ls-tree: ${lastLines(end.stderr)}`);
  const entries = splitNul(end.stdout).map(parse);
  return entries.filter(({ path }) => !path.split('/').some(isGitName));
}

/** `<mode> <type> <id> <size, padded>\t<path>` */
function parse(bytes: Buffer): TreeEntry {
  const tab = bytes.indexOf(9);
  const [mode = '', , id = '', size = ''] = bytes.subarray(0, tab).toString('latin1').split(/ +/);
  const raw = bytes.subarray(tab + 1);
  const path = decodePath(raw);
  if (path === undefined) {
    throw new HephyError('CONTEXT_UNSUPPORTED', `the upstream has a path that is no UTF-8: ${showBytes(raw)}`);
  }
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new HephyError('CONTEXT_ESCAPES', `the upstream has a path that leads out of it: ${JSON.stringify(path)}`);
  }
  return { path, mode, id, size: size === '-' ? 0 : Number(size) };
}

/** Git's own, in any letter case as git refuses it. */
function isGitName(part: string): boolean {
  return part.toLowerCase() === '.git';
}
