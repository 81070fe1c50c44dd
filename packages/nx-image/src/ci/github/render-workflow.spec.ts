import { parse } from 'yaml';
import { renderWorkflow } from './render-workflow';
import type { WorkflowOptions } from './workflow-options';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes': unknown;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}
interface Workflow {
  readonly permissions: unknown;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const PLAIN: WorkflowOptions = {
  ...{ registry: undefined, awsRole: undefined, levels: 2, install: 'npm ci', branch: 'main' },
  ...{ node: ['node-version', '22'], npmCache: true },
};
const ROLE = 'arn:aws:iam::123456789012:role/images';
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/images';

function render(options: Partial<WorkflowOptions> = {}): Workflow {
  return parse(renderWorkflow({ ...PLAIN, ...options })) as Workflow;
}

const KINDS: readonly Partial<WorkflowOptions>[] = [
  {},
  { registry: 'ghcr.io/team/images' },
  { registry: ECR, awsRole: ROLE },
];

describe('renderWorkflow', () => {
  it('has a build job a level, and one that publishes', () => {
    expect(Object.keys(render({ levels: 3 }).jobs)).toEqual([
      'skipped',
      'plan',
      'build-1',
      'build-2',
      'build-3',
      'publish',
    ]);
  });

  it.each(KINDS)('gives no value of others to a shell, and runs nothing that may move: %j', (options) => {
    const steps = Object.values(render(options).jobs).flatMap((job) => job.steps);
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
    const uses = steps.flatMap((step) => step.uses ?? []);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
    const lines = renderWorkflow({ ...PLAIN, ...options }).match(/uses: .*/g) ?? [];
    expect(lines.filter((line) => !/ # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it.each(KINDS)('gives every job a time, and credentials to steps that need them alone: %j', (options) => {
    for (const [name, job] of Object.entries(render(options).jobs)) {
      expect(job['timeout-minutes']).toBeDefined();
      if (name === 'skipped') continue;
      const install = job.steps.findIndex(({ run }) => run === 'npm ci');
      const before = JSON.stringify(job.steps.slice(0, install + 1));
      expect(before).not.toMatch(/secrets\.|github\.token|aws-actions/);
    }
  });

  it.each([
    [{}, { contents: 'read' }],
    [{ registry: 'ghcr.io/team/images' }, { contents: 'read', packages: 'write' }],
    [{ awsRole: ROLE }, { contents: 'read', 'id-token': 'write' }],
  ])('%j needs no more than %j', (options, permissions) => {
    const { jobs, permissions: all } = render(options);
    expect(all).toEqual({ contents: 'read' });
    expect(jobs.publish?.permissions).toEqual(permissions);
    expect(jobs['build-1']?.permissions).toEqual(permissions);
    expect(jobs.plan?.permissions).toEqual({
      ...permissions,
      ...('packages' in permissions ? { packages: 'read' } : {}),
    });
    expect(jobs.skipped?.permissions).toEqual({});
  });

  it('logs in to the registry of an account, in its region', () => {
    const { jobs, env } = render({ registry: ECR, awsRole: ROLE });
    expect(env.ECR_REGISTRY).toBe(ECR);
    const inputs = jobs['build-2']?.steps.filter(({ uses }) => uses?.startsWith('aws-actions/'));
    expect(inputs?.map((step) => step.with)).toEqual([
      { 'role-to-assume': ROLE, 'aws-region': 'eu-west-1' },
      { registries: '123456789012' },
    ]);
  });

  it('takes the registry and the region from variables of the repository', () => {
    const { jobs, env } = render({ awsRole: ROLE });
    expect(env.ECR_REGISTRY).toBe('${{ vars.ECR_REGISTRY }}');
    expect(JSON.stringify(jobs.publish)).toContain('${{ vars.AWS_REGION }}');
  });

  it.each<[Partial<WorkflowOptions>]>([
    [{ registry: 'images' }],
    [{ registry: 'ghcr.io/team/images:latest' }],
    [{ registry: 'ghcr.io/team/${{ github.head_ref }}' }],
    [{ registry: 'ghcr.io/team/images\n  X: y' }],
    [{ awsRole: 'role' }],
    [{ awsRole: `${ROLE}\n` }],
    [{ levels: 0 }],
    [{ levels: 1.5 }],
    [{ levels: 21 }],
    [{ install: ' ' }],
    [{ install: 'npm ci\nrm -rf /' }],
    [{ install: 'echo ${{ github.head_ref }}' }],
    [{ branch: 'main]' }],
    [{ branch: '-x' }],
  ])('refuses %j', (options) => {
    expect(() => render(options)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error);
  });
});
