import { output, readNxJson, type Tree } from '@nx/devkit';
import { renderWorkflow } from '../../ci/github/render-workflow';
import type { WorkflowOptions } from '../../ci/github/workflow-options';
import { mark, readMark, readSum, type GivenOptions } from '../written-mark';
import { INSTALLERS } from '../../ci/shell/install-line';
import { HephyError } from '../../errors/hephy-error';
import { runProcess } from '../../process/run-process';
import { findDefaultBranch } from '../../source/find-default-branch';
import { requireTop } from '../require-top';
import { showErrors } from '../show-errors';
import { countLevels } from './count-levels';

export interface GithubActionsOptions {
  readonly registry?: string;
  readonly awsRole?: string;
  readonly levels?: number;
  readonly install?: string;
}

const FILE = '.github/workflows/images.yml';
const VERSION_FILES = ['.nvmrc', '.node-version'];
const NODE_VERSION = '22';
const FEWEST_LEVELS = 2;
const USUAL_BRANCH = 'main';

/** `nx g @hephy/nx-image:github-actions`. A second run changes nothing, or only what the images need by now. */
export default function githubActions(tree: Tree, options: GithubActionsOptions): Promise<void> {
  return showErrors(async () => {
    requireTop(tree.root);
    generate(tree, options, await findBranch(tree));
  });
}

function generate(tree: Tree, options: GithubActionsOptions, branch: string): void {
  const before = tree.exists(FILE) ? readMark(tree.read(FILE, 'utf8') ?? '') : {};
  if (before === undefined) {
    throw new HephyError('WORKFLOW_NOT_OURS', `${FILE} is there, and is not as this generator wrote it`, {
      where: { file: FILE },
      hint: 'Move it away, generate, and put your own lines back.',
    });
  }
  const given = { ...before, ...givenOf(options) };
  const text = mark(renderWorkflow(workflowOptions(tree, given, branch)), given, 'github-actions');
  // Formatted in another way it is the same.
  if (readSum(tree.read(FILE, 'utf8') ?? '') === readSum(text)) return;
  tree.write(FILE, text);
}

/** Nx adds properties of its own. */
function givenOf({ registry, awsRole, levels, install }: GithubActionsOptions): GivenOptions {
  const all = { registry, awsRole, levels, install };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

function workflowOptions(tree: Tree, given: GithubActionsOptions, branch: string): WorkflowOptions {
  const versionFile = VERSION_FILES.find((name) => tree.exists(name));
  return {
    registry: given.registry,
    awsRole: given.awsRole,
    levels: given.levels ?? Math.max(FEWEST_LEVELS, countLevels(tree)),
    install: given.install ?? findInstall(tree),
    branch,
    node: versionFile === undefined ? ['node-version', NODE_VERSION] : ['node-version-file', versionFile],
    npmCache: tree.exists('package-lock.json'),
  };
}

/** As nx.json says it, else as git does. */
async function findBranch(tree: Tree): Promise<string> {
  const named = tree.exists('nx.json') ? readNxJson(tree)?.defaultBase : undefined;
  if (named !== undefined) return named.replace(/^origin\//, '');
  const found = await findDefaultBranch({ runProcess, env: process.env }, tree.root);
  if (found !== undefined) return found;
  output.note({
    title: `The default branch is taken to be ${USUAL_BRANCH}`,
    bodyLines: [
      'Neither nx.json nor git says it. Is it another: name it in nx.json as `defaultBase`, and run this again.',
    ],
  });
  return USUAL_BRANCH;
}

/** By the lock file that is there. */
function findInstall(tree: Tree): string {
  const [, commands] = INSTALLERS.find(([file]) => tree.exists(file)) ?? [];
  return commands === undefined ? 'npm ci' : commands.join(' && ');
}
