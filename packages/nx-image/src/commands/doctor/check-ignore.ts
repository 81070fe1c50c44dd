import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { findRepository, trustDirectory } from '../../source/find-repository';
import { gitEnvironment } from '../../source/git-environment';
import { listContext } from '../../source/list-context';
import type { Check } from './check';
import type { Surroundings } from './surroundings';

/** So that one large context does not take all of the time. */
const IMAGES = 50;

/**
 * .nxignore and the .dockerignore files agree: a file that nx does not see and that is in a context would change the image without nx's knowing.
 * git reads .nxignore, whose rules are those of .gitignore.
 */
export const checkIgnore: Check = {
  name: 'ignore files',
  find: async (surroundings) => {
    const { workspaceRoot, images } = surroundings;
    const nxignore = join(workspaceRoot, '.nxignore');
    const root = findRepository(workspaceRoot);
    if (!existsSync(nxignore)) {
      return {
        verdict: 'warning',
        what: 'there is no .nxignore: a change of a README makes nx take its image for changed',
        mend: 'Write **/README.md into .nxignore, and into the .dockerignore of images.',
      };
    }
    if (root !== workspaceRoot)
      return { verdict: 'not known', what: 'the workspace is not the root of a git repository' };
    const paths: string[] = [];
    for (const image of images.slice(0, IMAGES)) {
      if (image.config.upstream === undefined) paths.push(...(await listPaths(surroundings, image)));
    }
    const hidden = await ignoredBy(surroundings, nxignore, paths);
    if (hidden === undefined) return { verdict: 'not known', what: 'git does not say what .nxignore hides' };
    if (hidden.length === 0) return { verdict: 'ok', what: '.nxignore hides nothing that is in an image’s context' };
    return {
      verdict: 'warning',
      what: `.nxignore hides files from nx that are in contexts: ${hidden.slice(0, 5).join(', ')}${hidden.length > 5 ? ` and ${hidden.length - 5} more` : ''}`,
      mend: 'Name them in the .dockerignore beside the Dockerfile: else a change of them changes the image, and nx affected does not build it.',
    };
  },
};

async function listPaths(
  { workspaceRoot, signal }: Surroundings,
  { root, config }: Surroundings['images'][number],
): Promise<readonly string[]> {
  const { contextPath, dockerfilePath } = config;
  try {
    const { entries } = await listContext({
      workspaceRoot,
      imageRoot: root,
      contextPath,
      dockerfilePath,
      modes: new Map(),
      signal,
    });
    return entries.map(({ path }) => join(root, contextPath, path));
  } catch (error) {
    // What is wrong with a context is its build's to say.
    if (error instanceof HephyError || error instanceof HephyErrors) return [];
    throw error;
  }
}

/** undefined: git does not say. */
async function ignoredBy(
  surroundings: Surroundings,
  file: string,
  paths: readonly string[],
): Promise<readonly string[] | undefined> {
  if (paths.length === 0) return [];
  const { workspaceRoot, env, runProcess } = surroundings;
  const config = { ...trustDirectory(workspaceRoot), 'core.excludesFile': file };
  const end = await runProcess({
    file: 'git',
    arguments: ['check-ignore', '--no-index', '--verbose', '-z', '--stdin'],
    cwd: workspaceRoot,
    // "pathspec magic not supported by this command: 'literal'": paths are taken as they are.
    env: { ...gitEnvironment(env, config), GIT_LITERAL_PATHSPECS: '0' },
    stdin: paths.map((path) => `${path}\0`).join(''),
  });
  // 1: none of them.
  if (end.kind !== 'exited' || end.exitCode > 1) return undefined;
  // Of each: source, line, pattern, path. A pattern that begins with `!` takes a path back.
  const words = Buffer.from(end.stdout).toString().split('\0');
  const found: string[] = [];
  for (let at = 0; at + 3 < words.length; at += 4) {
    const [source, , pattern = '', path = ''] = words.slice(at, at + 4);
    if (source === file && !pattern.startsWith('!')) found.push(path);
  }
  return found;
}
