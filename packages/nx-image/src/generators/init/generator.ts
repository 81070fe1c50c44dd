import type { Tree } from '@nx/devkit';
import { runProcess } from '../../process/run-process';
import { findDefaultBranch } from '../../source/find-default-branch';
import { readImages } from '../read-images';
import { showErrors } from '../show-errors';
import { addPlugin, setDefaultBase } from './add-plugin';
import { agreeOnReadme, append } from './agree-on-readme';

const GITIGNORE = ['node_modules', 'dist', '.nx/cache', '.nx/workspace-data'];
const REBUILD_WEEKLY = 'rebuild-weekly.txt';

/** `nx g @hephy/nx-image:init`. Adds what is missing and leaves the rest: a second run changes nothing. */
export default function init(tree: Tree): Promise<void> {
  return showErrors(async () => {
    setUp(tree);
    setDefaultBase(tree, await findDefaultBranch({ runProcess, env: process.env }, tree.root));
  });
}

export function setUp(tree: Tree): void {
  addPlugin(tree);
  agreeOnReadme(tree, readImages(tree));
  append(tree, '.gitignore', GITIGNORE, coversPath);
  if (!tree.exists(REBUILD_WEEKLY)) {
    tree.write(REBUILD_WEEKLY, '# Images that must not grow old: one name or directory a line.\n');
  }
}

/** `/dist/` and `dist` are the same here, and `.nx` covers what is in it. */
function coversPath(there: string, line: string): boolean {
  const path = there.replace(/^\/|\/(?:\*\*?)?$/g, '');
  return path === line || (path !== '' && line.startsWith(`${path}/`));
}
