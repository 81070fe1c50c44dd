import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elfFile } from '../../nx-image/testing/elf-files';
import { startFaultProxy, type FaultProxy } from '../../nx-image/testing/fault-proxy';
import { pushImage } from '../../nx-image/testing/fixture-images';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { HOST_PLATFORM } from './testing/builders';
import { GitlabProject, pushed, scheduled, startedJobs } from './testing/gitlab-project';
import { startGitlabRunner, type GitlabRunner } from './testing/gitlab-runner';
import { RegistryView } from './testing/registry-view';
import { succeed, type Run } from './testing/run';
import { Workspace } from './testing/workspace';

const BOTH = 'platforms: [linux/amd64, linux/arm64]';
const HOST_ONLY = `platforms: [${HOST_PLATFORM}]`;
const HOST = HOST_PLATFORM.slice('linux/'.length);
const LOST = { kind: 'status', status: 404 } as const;

/** `first` and `second` are FROM images whose registries lose their layers, `heir` is FROM `first`. */
function listFiles(first: string, second: string): Readonly<Record<string, string>> {
  const image = (name: string, dockerfile: string, platforms = BOTH) => ({
    [`images/${name}/build-config.yaml`]: `${platforms}
additional_tags: [latest]
`,
    [`images/${name}/Dockerfile`]: dockerfile,
    [`images/${name}/data.txt`]: `${name}\n`,
  });
  return {
    ...image('good', 'FROM scratch\nCOPY data.txt /\n'),
    ...image('foreign', 'FROM scratch\nCOPY program /bin/program\nENTRYPOINT ["/bin/program"]\n'),
    ...image('first', `FROM ${first}/base/os:1\nCOPY data.txt /\n`, HOST_ONLY),
    ...image('heir', 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:first-latest\nCOPY data.txt /\n', HOST_ONLY),
    ...image('second', `FROM ${second}/base/os:1\nCOPY data.txt /\n`, HOST_ONLY),
  };
}

describe('a pipeline of GitLab in which builds fail', () => {
  let server: TestRegistry;
  let proxies: readonly [FaultProxy, FaultProxy];
  let runner: GitlabRunner;
  let workspace: Workspace;
  let project: GitlabProject;
  let registry: RegistryView;
  let ended: Run;
  let publishes: readonly string[];
  const event = pushed('0'.repeat(40));
  const builds = (output: string) =>
    startedJobs(output)
      .filter((name) => name.startsWith('build '))
      .sort();
  const images = async () =>
    [...new Set((await registry.tags()).flatMap((tag) => /^(\w+)-latest$/.exec(tag)?.[1] ?? []))].sort();

  beforeAll(async () => {
    server = await startRegistry();
    registry = new RegistryView(`${server.host}/team/images`);
    await pushImage(server.host, 'base/os', '1', {
      platform: HOST_PLATFORM,
      files: { 'base.txt': { content: 'base' } },
    });
    proxies = [await startFaultProxy(server.host), await startFaultProxy(server.host)];
    runner = await startGitlabRunner(server.host);
    workspace = await Workspace.withImages(listFiles(proxies[0].host, proxies[1].host));
    writeFileSync(join(workspace.root, 'images/foreign/program'), elfFile('amd64'), { mode: 0o755 });
    await workspace.commit('Add a program');
    project = await GitlabProject.create(workspace, runner, { ECR_REGISTRY: registry.repository });
    const { child } = await project.plan(event);
    publishes = [...child.matchAll(/^(publish \d+):/gm)].map(([, name = '']) => name);
    for (const proxy of proxies) proxy.fail('blob GET', LOST);
    ended = await project.runChild(event);
  });
  afterAll(async () => {
    await workspace.remove();
    await runner.stop();
    for (const proxy of proxies) await proxy.stop();
    await server.stop();
  });
  const heal = (proxy: FaultProxy) => {
    proxy.fail('blob GET', LOST, 0);
  };

  it('is red, and has published what is whole, and no tag of what is not', async () => {
    expect(ended.code).not.toBe(0);
    expect(await images()).toEqual(['good']);
    expect((await registry.tags()).filter((tag) => !/^(?:good-|push-|in-|last-good$)/.test(tag))).toEqual([]);
    // Both platforms and the index of `good`, and the platform of `foreign` that is as it should be.
    expect((await registry.tags()).filter((tag) => tag.startsWith('in-'))).toHaveLength(4);
  });

  it('refuses an image that is of another architecture than it says, before it has a tag', () => {
    expect(ended.output).toMatch(/foreign .*IMAGE_PLATFORM_WRONG|IMAGE_PLATFORM_WRONG.*foreign/);
  });

  it('names what failed in the JUnit reports', () => {
    const reports = publishes.map((job) => project.artifact(job, 'dist/hephy/report.xml')).join('\n');
    for (const image of ['first', 'second', 'foreign', 'heir'])
      expect(reports).toMatch(new RegExp(`<testcase[^>]*"${image}\\b[^>]*>\\s*<(?:failure|error|skipped)`));
  });

  it('is finished by a retry of the job that failed, and of those after it', async () => {
    const good = await registry.digest('good-latest');
    heal(proxies[0]);
    await succeed(project.runChild(event, [`build first ${HOST}`]));
    await project.runChild(event, [`build heir ${HOST}`, ...publishes]);
    expect(await images()).toEqual(['first', 'good', 'heir']);
    expect(await registry.digest('good-latest')).toBe(good);
  });

  it('is finished by a new pipeline, which builds only what is missing', async () => {
    heal(proxies[1]);
    await project.plan(scheduled());
    const { code, output } = await project.runChild(scheduled());
    expect(code).not.toBe(0);
    expect(builds(output)).toEqual(['build foreign arm64', `build second ${HOST}`]);
    expect(await images()).toEqual(['first', 'good', 'heir', 'second']);
  });
});
