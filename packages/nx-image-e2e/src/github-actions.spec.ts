import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobRun } from './testing/actions/workflow';
import { runWorkflow, type WorkflowRun } from './testing/actions/run-workflow';
import { must, succeed } from './testing/run';
import { startPublishing, type Publishing } from './testing/start-publishing';
import { imageConfig } from './testing/workspace';

/** A name of nx's that a shell would run, if one saw it. */
const HOSTILE = 'web $(touch canary-1) `touch canary-2`; touch canary-3 \' " #';
const BRANCH = 'change/$(touch${IFS}canary-4);touch${IFS}canary-5';

const AMD64_ONLY = imageConfig().replace(', linux/arm64', '');

const FILES = {
  'images/base/build-config.yaml': imageConfig(),
  'images/base/Dockerfile': 'FROM scratch\nCOPY base.txt /base.txt\n',
  'images/base/base.txt': 'one\n',
  'images/web/build-config.yaml': imageConfig(),
  'images/web/project.json': JSON.stringify({ name: HOSTILE }),
  'images/web/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\nCOPY web.txt /web.txt\n',
  'images/web/web.txt': 'one\n',
  'images/broken/build-config.yaml': AMD64_ONLY,
  'images/broken/Dockerfile': 'FROM scratch\nRUN ["/no-such-program"]\n',
  // The planner refuses it.
  'images/refused/build-config.yaml': AMD64_ONLY,
  'images/refused/Dockerfile': 'FROM scratch\nADD --checksum=sha256:0 https://example.com/tool /tool\n',
  'images/heir/build-config.yaml': AMD64_ONLY,
  'images/heir/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:refused-latest\nCOPY Dockerfile /Dockerfile\n',
  'images/asked/build-config.yaml': `${AMD64_ONLY}manual_build: true\n`,
  'images/asked/Dockerfile': 'FROM scratch\nCOPY Dockerfile /Dockerfile\n',
};

describe('the generated workflow of GitHub Actions', () => {
  let here: Publishing;
  let origin = '';
  const runs: WorkflowRun[] = [];

  beforeAll(async () => {
    here = await startPublishing(() => FILES);
    origin = mkdtempSync(join(tmpdir(), 'hephy-origin-'));
    await succeed(here.workspace.nx(['g', '@hephy/nx-image:github-actions']));
    await here.workspace.commit('Build images by GitHub Actions');
    await must(origin, 'git', ['init', '-q', '--bare', '-b', 'main', '.']);
    await must(origin, 'git', ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    await here.workspace.git('remote', 'add', 'origin', origin);
    await here.workspace.git('push', '-q', 'origin', 'main');
  });

  afterAll(async () => {
    await here.end();
    for (const { directory } of runs) rmSync(directory, { recursive: true, force: true });
    rmSync(origin, { recursive: true, force: true });
  });

  /** As GitHub starts it. */
  async function start(
    github: Readonly<Record<string, string>>,
    event: object,
    inputs: Readonly<Record<string, unknown>> = {},
  ): Promise<WorkflowRun> {
    const sha = (await must(origin, 'git', ['rev-parse', github.ref ?? ''])).trim();
    const run = await runWorkflow(here.workspace.read('.github/workflows/images.yml'), origin, {
      github: { repository: 'team/images', run_id: '1', actor: 'somebody', sha, ...github },
      event: { repository: { default_branch: 'main' }, ...event },
      inputs,
      vars: { ECR_REGISTRY: here.registry.repository },
    });
    runs.push(run);
    return run;
  }
  const main = {
    event_name: 'push',
    ref: 'refs/heads/main',
    ref_name: 'main',
    ref_type: 'branch',
    ref_protected: 'true',
  };
  const built = ({ jobs }: WorkflowRun, job: string) =>
    jobs.filter((one) => one.job === job).map(({ matrix, runner, result }) => [matrix.name, runner, result]);
  const jobOf = ({ jobs }: WorkflowRun, name: string): JobRun => jobs.find(({ job }) => job === name)!;
  const canaries = async (): Promise<string> =>
    must(tmpdir(), 'find', [...runs.map(({ directory }) => directory), here.workspace.root, '-name', 'canary*']);

  it('builds each level of FROM on runners of its architectures, and publishes what is whole', async () => {
    const run = await start(main, { before: '0'.repeat(40) });
    expect(built(run, 'build-1').sort()).toEqual([
      ['base amd64', 'ubuntu-24.04', 'success'],
      ['base arm64', 'ubuntu-24.04-arm', 'success'],
      ['broken amd64', 'ubuntu-24.04', 'failure'],
    ]);
    expect(built(run, 'build-2')).toEqual([
      ['web amd64', 'ubuntu-24.04', 'success'],
      ['web arm64', 'ubuntu-24.04-arm', 'success'],
    ]);
    const artifacts = readdirSync(join(run.directory, 'artifacts'));
    expect(artifacts.filter((name) => name.startsWith('failed-'))).toEqual([
      expect.stringMatching(/^failed-build-1-\d$/),
    ]);
    expect(jobOf(run, 'skipped').result).toBe('skipped');
    expect(jobOf(run, 'plan').summary).toContain('<code>asked</code> is built by hand');
    const publish = jobOf(run, 'publish');
    expect(publish.result).toBe('failure');
    expect(publish.output).toContain('JOB_MISSING');
    expect(publish.summary).toMatch(/^## hephy: [^]*broken/);
    const tags = await here.registry.tags();
    expect(tags.filter((tag) => /^(?:broken|asked|refused|heir)-/.test(tag))).toEqual([]);
    for (const image of ['base', 'web']) {
      expect(await here.registry.platforms(`${image}-latest`)).toEqual(['linux/amd64', 'linux/arm64']);
    }
    // One day and one commit for all jobs.
    const versions = tags.filter((tag) => /^(?:base|web)-\d{8}-[0-9a-f]{7}$/.test(tag));
    expect(new Set(versions.map((tag) => tag.replace(/^\w+-/, ''))).size).toBe(1);
    expect(versions).toHaveLength(2);
    // An attempt an image, whatever job it was in: all jobs are one run.
    expect(new Set(tags.flatMap((tag) => /^push-([0-9a-f]+)-/.exec(tag)?.[1] ?? [])).size).toBe(2);
    expect(await canaries()).toBe('');
  });

  it('names what the planner refused, where people look, and fails because of it', () => {
    const run = runs[0]!;
    const [plan, publish] = [jobOf(run, 'plan'), jobOf(run, 'publish')];
    expect(plan.result).toBe('success');
    expect(plan.summary).toContain('**2 that cannot be built**');
    expect(plan.summary).toMatch(/<code>refused<\/code> <code>DOCKERFILE&#95;REFUSED<\/code>/);
    expect(plan.summary).toMatch(/<code>heir<\/code> <code>PARENT&#95;NOT&#95;BUILT<\/code>/);
    expect(publish.summary).toMatch(/^\| <code>refused<\/code> .*<code>DOCKERFILE&#95;REFUSED<\/code>/m);
    expect(publish.summary).toMatch(/^\| <code>heir<\/code> /m);
    const junit = readFileSync(join(run.directory, 'artifacts/images/dist/hephy/report.xml'), 'utf8');
    expect(junit).toMatch(/<testcase [^>]*name="refused linux\/amd64"[^>]*><failure type="DOCKERFILE_REFUSED"/);
    expect(junit).toMatch(/<testcase [^>]*name="heir linux\/amd64"[^>]*><(?:failure|skipped)/);
  });

  it('writes tags of its own for a pull request, whatever its branch is called', async () => {
    const { workspace, registry } = here;
    const base = (await workspace.git('rev-parse', 'HEAD')).trim();
    await workspace.git('checkout', '-q', '-b', BRANCH);
    workspace.write('images/web/web.txt', 'two\n');
    await workspace.commit('Change web');
    await workspace.git('checkout', '-q', 'main');
    await workspace.git('merge', '-q', '--no-ff', '-m', 'Merge', BRANCH);
    await workspace.git('push', '-q', 'origin', 'HEAD:refs/pull/7/merge');
    await workspace.git('reset', '-q', '--hard', base);
    const before = await registry.snapshot();
    const pull = {
      number: 7,
      base: { ref: 'main', sha: base },
      head: { ref: BRANCH, repo: { full_name: 'team/images' } },
      user: { login: 'somebody' },
    };
    const github = {
      ...{ event_name: 'pull_request', ref: 'refs/pull/7/merge', ref_name: '7/merge', ref_type: 'branch' },
      ...{ ref_protected: 'false', base_ref: 'main', head_ref: BRANCH },
    };
    const run = await start(github, { pull_request: pull });
    expect(run.jobs.filter(({ result }) => result === 'failure')).toEqual([]);
    expect(built(run, 'build-1').map(([name]) => name)).toEqual(['web amd64', 'web arm64']);
    const after = await registry.snapshot();
    expect(Object.keys(after).filter((tag) => after[tag] !== before[tag] && !tag.startsWith('mr7-'))).toEqual([]);
    expect(await registry.platforms('mr7-web-latest')).toEqual(['linux/amd64', 'linux/arm64']);

    const fork = { ...pull, head: { ref: BRANCH, repo: { full_name: 'stranger/images' } } };
    const powerless = await start(github, { pull_request: fork });
    expect(powerless.jobs.filter(({ result }) => result !== 'skipped').map(({ job }) => job)).toEqual(['skipped']);
    expect(jobOf(powerless, 'skipped').summary).toContain('No image was built');
    expect(await registry.snapshot()).toEqual(after);
    expect(await canaries()).toBe('');
  });

  it('builds what somebody asks for by name, and takes for built anew what another job has', async () => {
    const run = await start({ ...main, event_name: 'workflow_dispatch' }, {}, { images: 'asked', force: true });
    expect(run.jobs.filter(({ result }) => result === 'failure')).toEqual([]);
    expect(built(run, 'build-1')).toEqual([['asked amd64', 'ubuntu-24.04', 'success']]);
    expect(await here.registry.platforms('asked-latest')).toEqual(['linux/amd64']);
  });
});
