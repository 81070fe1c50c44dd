import { runGit, type GitAccess } from './run-git';
import { findRepository, trustDirectory } from './find-repository';
import { splitNul } from './decode-path';

/**
 * Those of the paths that a file of the rules of .gitignore names, and .gitignore itself does not; all from the workspace root. undefined: git does not say.
 * @param file absolute
 */
export async function namedBy(
  access: GitAccess & { readonly workspaceRoot: string },
  file: string,
  paths: readonly string[],
): Promise<readonly string[] | undefined> {
  if (paths.length === 0) return [];
  const { workspaceRoot } = access;
  const root = findRepository(workspaceRoot);
  if (root === undefined) return undefined;
  const end = await runGit(access, {
    // With the workspace as work tree its rules begin there. "pathspec magic not supported by this command: 'literal'": paths are taken as they are.
    arguments: [
      ...['--no-literal-pathspecs', `--git-dir=${root}/.git`, `--work-tree=${workspaceRoot}`],
      ...['check-ignore', '--no-index', '--verbose', '-z', '--stdin'],
    ],
    cwd: workspaceRoot,
    config: { ...trustDirectory(root), 'core.excludesFile': file },
    stdin: paths.map((path) => `${path}\0`).join(''),
  });
  // 1: none of them.
  if (end.exitCode !== 0 && end.exitCode !== 1) return undefined;
  // Of each: source, line, pattern, path. A pattern that begins with `!` takes a path back.
  const words = splitNul(end.stdout).map(String);
  const found: string[] = [];
  for (let at = 0; at + 3 < words.length; at += 4) {
    const [source, , pattern = '', path = ''] = words.slice(at, at + 4);
    if (source === file && !pattern.startsWith('!')) found.push(path);
  }
  return found;
}
