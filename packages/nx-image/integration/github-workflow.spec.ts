import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FsTree } from 'nx/src/generators/tree';
import { renderWorkflow } from '../src/ci/github/render-workflow';
import type { WorkflowOptions } from '../src/ci/github/workflow-options';
import githubActions from '../src/generators/github-actions/generator';
import { installActionlint, whyNoActionlint } from '../testing/actionlint';

const CHECKOUT = join(__dirname, '../../..');
const WORKFLOWS = join(CHECKOUT, '.github/workflows');
const PLAIN: WorkflowOptions = {
  ...{ registry: undefined, awsRole: undefined, levels: 2, install: 'npm ci', branch: 'main' },
  ...{ node: ['node-version', '22'], npmCache: true },
};
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/images';
const ROLE = 'arn:aws:iam::123456789012:role/team/images';

it('is in this repository as the generator writes it', async () => {
  const tree = new FsTree(CHECKOUT, false);
  await githubActions(tree, {});
  expect(tree.listChanges().map(({ path }) => path)).toEqual([]);
});

const lacking = whyNoActionlint();
const describeActionlint = lacking === undefined ? describe : describe.skip;

describeActionlint('actionlint', () => {
  let actionlint = '';
  beforeAll(() => {
    actionlint = installActionlint();
  }, 300_000);

  function lint(workflow: string): string {
    // Where shellcheck and pyflakes are, versions differ.
    const { stdout, stderr, status } = spawnSync(actionlint, ['-shellcheck=', '-pyflakes=', '-no-color', '-'], {
      input: workflow,
      encoding: 'utf8',
    });
    return status === 0 ? '' : `${stdout}${stderr}`;
  }

  it.each<[string, Partial<WorkflowOptions>]>([
    ['a plain registry', {}],
    ["GitHub's registry", { registry: 'ghcr.io/team/images' }],
    ['ECR by a role', { registry: ECR, awsRole: ROLE }],
    ['a role for the registry of a variable', { awsRole: ROLE }],
    ['five levels', { levels: 5 }],
    ['another way to install', { install: 'corepack enable && pnpm install --frozen-lockfile', npmCache: false }],
    ['a file with the version of Node', { node: ['node-version-file', '.nvmrc'] }],
  ])('is content with a workflow for %s', (_, options) => {
    expect(lint(renderWorkflow({ ...PLAIN, ...options }))).toBe('');
  });

  it.each(readdirSync(WORKFLOWS))('is content with %s of this repository', (name) => {
    expect(lint(readFileSync(join(WORKFLOWS, name), 'utf8'))).toBe('');
  });

  it('is not content with a branch name that a shell would run', () => {
    const workflow = renderWorkflow(PLAIN).replace('status=0', 'echo ${{ github.head_ref }}');
    expect(lint(workflow)).toContain('"github.head_ref" is potentially untrusted');
  });

  it('is not content with an output that no job has', () => {
    const workflow = renderWorkflow(PLAIN).replace(
      'fromJSON(needs.plan.outputs.build-2)',
      'fromJSON(needs.plan.outputs.build-3)',
    );
    expect(lint(workflow)).toContain('"build-3" is not defined');
  });
});
