import { existsSync, realpathSync } from 'node:fs';
import { HephyError } from '../errors/hephy-error';
import { splitNul } from './decode-path';
import { trustDirectory } from './find-repository';
import { listGitlinks } from './list-gitlinks';
import { lastLines, runGit, type GitAccess } from './run-git';

/** A changed or untracked path. */
export interface Change {
  /** From the repository's root; bytes kept as Latin-1, for git's paths need be no text. */
  readonly path: string;
  /** As git has it for the worktree, `core.fileMode` honoured: `100644`, `100755`, `120000`, `160000`; `000000`: not there, or not tracked. */
  readonly mode: string;
  readonly tracked: boolean;
  /** The commit of a submodule. */
  readonly submodule?: string;
}

export interface Status {
  readonly root: string;
  /** undefined before the first commit. */
  readonly commit: string | undefined;
  readonly changes: readonly Change[];
}

export function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** undefined: what looks like a repository is none. */
export async function readStatus(access: GitAccess, root: string): Promise<Status | undefined> {
  const end = await runGit(access, {
    arguments: [
      'status',
      '--porcelain=v2',
      '-z',
      '--branch',
      '--no-ahead-behind',
      '--no-renames',
      '--untracked-files=all',
      '--ignore-submodules=dirty',
    ],
    cwd: root,
    config: trustDirectory(root),
  });
  if (end.exitCode === 0) return { root, ...parseStatus(end.stdout) };
  if (end.stderr.includes('not a git repository')) return undefined;
  const foreign = end.stderr.includes('dubious ownership');
  throw new HephyError('CHECKOUT_UNREADABLE', `git cannot read the checkout ${root}: ${lastLines(end.stderr, 1)}`, {
    hint: foreign
      ? `Run: git config --global --add safe.directory ${root}`
      : `Run \`git status\` in ${root} and mend what it says.`,
  });
}

/** https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
function parseStatus(output: Buffer): Pick<Status, 'commit' | 'changes'> {
  let commit: string | undefined;
  const changes: Change[] = [];
  for (const part of splitNul(output)) {
    const line = part.toString('latin1');
    const fields = line.split(' ');
    if (line.startsWith('# branch.oid ')) commit = fields[2] === '(initial)' ? undefined : fields[2];
    if (line.startsWith('? ')) changes.push({ path: line.slice(2), mode: '000000', tracked: false });
    if (line.startsWith('1 ')) changes.push({ path: fields.slice(8).join(' '), mode: fields[5] ?? '', tracked: true });
    if (line.startsWith('u ')) changes.push({ path: fields.slice(10).join(' '), mode: fields[6] ?? '', tracked: true });
  }
  return { commit, changes };
}

/**
 * The changes with those inside of submodules. Git itself would ask them too, but without our trust in them: it gives its configuration to no submodule.
 */
export async function withSubmodules(access: GitAccess, status: Status, depth = 0): Promise<Change[]> {
  if (depth > 8) return [...status.changes];
  const paths = await listGitlinks(access, status.root);
  const inside = await Promise.all(
    paths.map(async (path) => {
      const root = `${status.root}/${path}`;
      const submodule = existsSync(`${root}/.git`) ? await readStatus(access, realpathSync(root)) : undefined;
      if (submodule === undefined) return [];
      const changes = await withSubmodules(access, submodule, depth + 1);
      const moved = status.changes.filter((change) => change.path === latin1(path));
      return [
        ...moved.map((change) => ({ ...change, submodule: submodule.commit ?? '' })),
        ...changes.map((change) => ({ ...change, path: `${latin1(path)}/${change.path}` })),
      ];
    }),
  );
  // Later ones replace earlier ones of the same path: see `readCheckout`.
  return [...status.changes, ...inside.flat()];
}
