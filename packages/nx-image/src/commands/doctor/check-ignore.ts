import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { findRepository } from '../../source/find-repository';
import { listContext } from '../../source/list-context';
import { namedBy } from '../../source/named-by';
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
    const hidden = await namedBy(surroundings, nxignore, paths);
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
