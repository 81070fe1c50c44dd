import { quoted } from '../../config/quoted';
import { HephyError } from '../../errors/hephy-error';
import { collectOutput } from '../collect-output';
import { decodePath, showBytes, splitNul } from '../decode-path';
import { lastLines, type GitAccess } from '../run-git';
import { commitPath } from './fetch-commit';
import { runUpstreamGit } from './upstream-git';

export interface CommitAccess extends GitAccess {
  readonly store: string;
  /** 40 hex, in the store. */
  readonly commit: string;
  /** More commits, in the store too, whose blobs may be asked for: those of submodules. */
  readonly others?: readonly string[];
}

export interface TreeEntry {
  /** From the root of the commit, each part checked: none is empty, `.`, `..` or `.git`. */
  readonly path: string;
  /** What is wrong with the path, unless it is ignored; undefined: nothing. */
  readonly odd?: string;
  /** `100644`, `100755`, `120000`, `160000`; `040000` only where single paths are asked for. */
  readonly mode: string;
  readonly id: string;
  /** Bytes of a file; 0 of others. */
  readonly size: number;
}

/** Of a listing: some 600,000 files. */
const MOST_BYTES = 64 * 1024 * 1024;
const LONGEST_NAME = 255;
/** Linux takes 4095 for all of it, and the context lies somewhere. */
const LONGEST_PATH = 3500;

/** The files below a directory of the commit; of `.` all. @throws HephyError CONTEXT_ESCAPES, CONTEXT_UNSUPPORTED for a tree that git itself would not check out */
export async function readTree(access: CommitAccess, directory: string): Promise<TreeEntry[]> {
  const paths = directory === '.' ? [] : ['--', `${directory}/`];
  return list(access, ['-r', '-l'], paths);
}

/** What the commit has at a path. */
export async function readEntry(access: CommitAccess, path: string): Promise<TreeEntry | undefined> {
  return (await readEntries(access, [path])).find((entry) => entry.path === path);
}

/** What the commit has at these paths and at the directories above them, and perhaps beside them. */
export async function readEntries(access: CommitAccess, paths: readonly string[]): Promise<TreeEntry[]> {
  return list(access, ['-t', '-l'], ['--', ...paths]);
}

async function list(access: CommitAccess, options: readonly string[], paths: readonly string[]): Promise<TreeEntry[]> {
  const output = collectOutput(MOST_BYTES, () => tooLarge(access.commit));
  const end = await runUpstreamGit(access, {
    arguments: ['ls-tree', '-z', '--full-tree', ...options, access.commit, ...paths],
    repository: commitPath(access.store, access.commit),
    onChunk: output.onChunk,
  });
  if (end.exitCode !== 0) throw new Error(`git ls-tree: ${lastLines(end.stderr)}`);
  const entries = splitNul(output.bytes()).map(parse);
  return entries.filter(({ path }) => !path.split('/').some(isGitName));
}

/** A few small trees, each in the next ten times, are billions of files. */
function tooLarge(commit: string): HephyError {
  return new HephyError('CONTEXT_UNSUPPORTED', `the tree of the upstream at ${commit} is larger than any context`, {
    hint: 'Say in `context_path` which directory of it is needed.',
  });
}

/** `<mode> <type> <id> <size, padded>\t<path>` */
function parse(bytes: Buffer): TreeEntry {
  const tab = bytes.indexOf(9);
  const [mode = '', , id = '', size = ''] = bytes.subarray(0, tab).toString('latin1').split(/ +/);
  const raw = bytes.subarray(tab + 1);
  const path = raw.toString();
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new HephyError('CONTEXT_ESCAPES', `the upstream has a path that leads out of it: ${quoted(path)}`);
  }
  const entry = { path, mode, id, size: size === '-' ? 0 : Number(size) };
  const odd = oddness(raw, parts);
  return odd === undefined ? entry : { ...entry, odd };
}

function oddness(raw: Buffer, parts: readonly string[]): string | undefined {
  if (decodePath(raw) === undefined) return `the upstream has a path that is no UTF-8: ${showBytes(raw)}`;
  const long = raw.length > LONGEST_PATH || parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME);
  return long ? `the upstream has a path that is longer than file systems take: ${quoted(raw.toString())}` : undefined;
}

/** Git's own, in any letter case as git refuses it. */
function isGitName(part: string): boolean {
  return part.toLowerCase() === '.git';
}
