import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elfFile } from '../../nx-image/testing/elf-files';
import { startFaultProxy, type FaultProxy } from '../../nx-image/testing/fault-proxy';
import { pushImage } from '../../nx-image/testing/fixture-images';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { HOST_PLATFORM } from './testing/builders';
import { CHECKOUT } from './testing/documents';
import {
  GitlabProject,
  listJobs,
  mergeRequest,
  pushed,
  startedJobs,
  type PipelineEvent,
} from './testing/gitlab-project';
import { startGitlabRunner, type GitlabRunner } from './testing/gitlab-runner';
import { RegistryView } from './testing/registry-view';
import { succeed } from './testing/run';
import { shellImage } from './testing/shell-image';
import { Workspace } from './testing/workspace';

const ARCHITECTURES = ['amd64', 'arm64'] as const;
const NOTHING = '0'.repeat(40);

/** As the base's own pre-step leaves it, out of files instead of Debian's packages. */
const CONTEXT = `set -eu
cd "$(dirname "$0")"
mkdir -p rootfs
for architecture in amd64 arm64; do
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -C "files/$architecture" -cf "rootfs/$architecture.tar" . -C ../.. packages.txt
done
`;

const HOST_ONLY = `platforms: [${HOST_PLATFORM}]\nadditional_tags: [latest]\n`;
const HOST = HOST_PLATFORM.slice('linux/'.length);

/** Beside the demo images. `shell`: an image with a shell. */
const images = (shell: string) => ({
  'projects/tool/build-config.yaml': 'platforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n',
  'projects/tool/Dockerfile': 'FROM scratch\nCOPY data.txt /\n',
  'projects/tool/data.txt': 'one\n',
  'projects/boxed/build-config.yaml': `build_backend: buildah\n${HOST_ONLY}`,
  'projects/boxed/Dockerfile': `FROM ${shell}\nCOPY data.txt /\nRUN echo made > /made\n`,
  'projects/boxed/data.txt': 'one\n',
});
/** Built by hand, and what is FROM it. */
const BY_HAND = {
  'projects/asked/build-config.yaml': `manual_build: true\n${HOST_ONLY}`,
  'projects/asked/Dockerfile': 'FROM scratch\nCOPY Dockerfile /\n',
  'projects/heir/build-config.yaml': HOST_ONLY,
  'projects/heir/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:asked-latest\nCOPY Dockerfile /heir\n',
};

async function makeWorkspace(shell: string): Promise<Workspace> {
  const workspace = await Workspace.withImages(images(shell));
  for (const image of ['minimal-base-image', 'hello-web'])
    cpSync(join(CHECKOUT, 'projects', image), join(workspace.root, 'projects', image), {
      recursive: true,
      filter: (path) => !path.endsWith('/rootfs'),
    });
  workspace.write('projects/minimal-base-image/context.sh', CONTEXT);
  for (const architecture of ARCHITECTURES) {
    const directory = join(workspace.root, 'projects/minimal-base-image/files', architecture, 'bin');
    mkdirSync(directory, { recursive: true });
    for (const program of ['httpd', 'sh'])
      writeFileSync(join(directory, program), elfFile(architecture), { mode: 0o755 });
  }
  await workspace.commit('Add the demo images');
  return workspace;
}

describe('a pipeline of GitLab', () => {
  let server: TestRegistry;
  let proxy: FaultProxy;
  let runner: GitlabRunner;
  let workspace: Workspace;
  let project: GitlabProject;
  let registry: RegistryView;
  let tip: string;

  beforeAll(async () => {
    server = await startRegistry();
    proxy = await startFaultProxy(server.host);
    registry = new RegistryView(`${proxy.host}/team/images`);
    await pushImage(server.host, 'base/shell', '1', shellImage());
    [runner, workspace] = await Promise.all([
      startGitlabRunner(server.host, ['buildah']),
      makeWorkspace(`${server.host}/base/shell:1`),
    ]);
    project = await GitlabProject.create(workspace, runner, { ECR_REGISTRY: registry.repository });
    tip = await project.pushMain();
  });
  afterAll(async () => {
    await workspace.remove();
    await runner.stop();
    await proxy.stop();
    await server.stop();
  });

  const push = async (message: string): Promise<PipelineEvent> => {
    await workspace.commit(message);
    const event = pushed(tip);
    tip = await project.pushMain();
    return event;
  };
  const tagsOf = async (image: string) =>
    Object.entries(await registry.snapshot()).filter(([tag]) => tag.startsWith(`${image}-`));
  const expectChildOf = (architecture: string) => {
    const built = (image: string, file: string) =>
      project.artifact(`build ${image} ${architecture}`, `.hephy/built/${image}/${architecture}/${file}`).trim();
    expect(built('hello-web', 'Dockerfile')).toContain(
      `FROM ${registry.repository}@${built('minimal-base-image', 'digest')}`,
    );
  };

  it('builds everything after the first push: planner, child, each platform after its base', async () => {
    const { code, output } = await project.runAll(pushed(NOTHING));
    expect({ code, output }).toMatchObject({ code: 0, output: expect.not.stringContaining(' FAIL ') as string });
    const jobs = startedJobs(output);
    for (const architecture of ARCHITECTURES) {
      expect(jobs.indexOf(`build hello-web ${architecture}`)).toBeGreaterThan(
        jobs.indexOf(`build minimal-base-image ${architecture}`),
      );
      expectChildOf(architecture);
      expect(await registry.elfMachines('hello-web-latest', architecture)).toEqual({
        'bin/httpd': architecture,
        'bin/sh': architecture,
      });
    }
    for (const image of ['minimal-base-image', 'hello-web', 'tool'])
      expect(await registry.platforms(`${image}-latest`)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('builds what asks for buildah on an image of that, beside the others', async () => {
    expect(project.artifact(`build boxed ${HOST}`, `.hephy/built/boxed/${HOST}/log`)).toMatch(/^STEP \d\/\d: RUN /m);
    expect(await registry.file(await registry.childOf('boxed-latest', HOST), 'made')).toBe('made\n');
  });

  it('has one job that says so where nothing is to be done', async () => {
    workspace.write('projects/minimal-base-image/README.md', '# Base\n');
    const before = await registry.snapshot();
    const { code, output } = await project.runAll(await push('Explain the base'));
    expect({ code, output }).toMatchObject({ code: 0, output: expect.not.stringContaining(' FAIL ') as string });
    expect(startedJobs(output)).toEqual(['hephy-plan', 'nothing to do']);
    expect(await registry.snapshot()).toEqual(before);
  });

  let changed: PipelineEvent;

  it('builds a changed base and what is FROM it, on the new digest, and nothing that somebody has to start', async () => {
    const [tool, web] = [await tagsOf('tool'), await tagsOf('hello-web')];
    workspace.write('projects/minimal-base-image/packages.txt', 'busybox-static\n');
    for (const [path, text] of Object.entries(BY_HAND)) workspace.write(path, text);
    changed = await push('Change the base, and add what is built by hand');
    const { output: planned } = await project.plan(changed);
    const builds = new RegExp(`builds linux/${HOST} \\(kaniko\\)`).source;
    expect(planned).toMatch(new RegExp(`^.* asked +${builds}, when somebody starts it$`, 'm'));
    expect(planned).toMatch(new RegExp(`^.* heir +${builds}, after asked, when somebody starts it$`, 'm'));
    const output = await succeed(project.runChild(changed));
    expect(startedJobs(output).sort()).toEqual([
      ...['build hello-web amd64', 'build hello-web arm64'],
      ...['build minimal-base-image amd64', 'build minimal-base-image arm64'],
      ...['prepare minimal-base-image', 'publish 1'],
    ]);
    for (const architecture of ARCHITECTURES) expectChildOf(architecture);
    expect(await tagsOf('tool')).toEqual(tool);
    expect(await tagsOf('hello-web')).not.toEqual(web);
  });

  it('builds and publishes what is built by hand when somebody starts it, and then what is FROM it', async () => {
    expect(await tagsOf('asked')).toEqual([]);
    for (const image of ['asked', 'heir']) {
      expect(await tagsOf('heir')).toEqual([]);
      await succeed(project.runChild(changed, [`build ${image} ${HOST}`, `publish ${image} (by hand)`]));
      expect(await registry.platforms(`${image}-latest`)).toEqual([HOST_PLATFORM]);
    }
    const [base] = await registry.layers(await registry.childOf('asked-latest', HOST));
    const [first, second] = await registry.layers(await registry.childOf('heir-latest', HOST));
    expect([first?.equals(base ?? Buffer.of()), second === undefined]).toEqual([true, false]);
  });

  it('moves no tag of others from a merge request, and certifies nothing for them', async () => {
    const before = await registry.snapshot();
    await workspace.git('checkout', '-q', '-b', 'feature');
    workspace.write('projects/tool/data.txt', 'two\n');
    await workspace.commit('Change the tool');
    const event = mergeRequest(7, tip);
    await project.plan(event);
    const output = await succeed(project.runChild(event));
    expect(startedJobs(output).sort()).toEqual(['build tool amd64', 'build tool arm64', 'publish 1']);
    const after = await registry.snapshot();
    const added = Object.keys(after).filter((tag) => !(tag in before));
    expect(Object.fromEntries(Object.keys(before).map((tag) => [tag, after[tag]]))).toEqual(before);
    expect(added.filter((tag) => !/^(?:mr7-|push-)/.test(tag))).toEqual([]);
    expect(added).toContain('mr7-tool-latest');
  });

  it('only builds in a merge request that is not to push: nothing is written, and what needs that is refused in words', async () => {
    const [before, lines] = [await registry.snapshot(), proxy.lines.length];
    await workspace.git('checkout', '-q', '-b', 'build-only', 'main');
    project.setInputs({ merge_requests: 'build' });
    workspace.write('projects/minimal-base-image/packages.txt', 'busybox\n');
    for (const image of ['tool', 'boxed']) workspace.write(`projects/${image}/data.txt`, 'three\n');
    await workspace.commit('Change a base, and others');
    const event = mergeRequest(8, tip);
    const { output: planned } = await project.plan(event);
    expect(planned).toContain('hello-web is FROM minimal-base-image, which this pipeline builds too and does not push');
    const { code, output } = await project.runChild(event);
    expect(startedJobs(output).sort()).toEqual([
      ...[`build boxed ${HOST}`, 'build minimal-base-image amd64', 'build minimal-base-image arm64'],
      ...['build tool amd64', 'build tool arm64', 'prepare minimal-base-image', 'publish 1'],
    ]);
    for (const [image, of] of [
      ['tool', 'arm64'],
      ['boxed', HOST],
    ] as const)
      expect(project.artifact(`build ${image} ${of}`, `.hephy/built/${image}/${of}/status`)).toBe('0\n');

    expect(code).not.toBe(0);
    const junit = project.artifact('publish 1', 'dist/hephy/report.xml');
    expect(junit).toMatch(/name="hello-web linux\/amd64"[^>]*><failure type="PIPELINE_NOT_PUSHED"/);
    expect(junit).toMatch(/name="tool linux\/arm64"[^>]*><system-out>built/);
    expect(junit).toMatch(/name="tool index"[^>]*><skipped message="[^"]*nothing is pushed/);
    expect(junit.match(/<failure/g)).toHaveLength(2);
    expect(project.artifact('publish 1', 'dist/hephy/report.md')).toContain('PIPELINE&#95;NOT&#95;PUSHED');
    expect(await registry.snapshot()).toEqual(before);
    expect(proxy.lines.slice(lines).filter((line) => !/^(?:GET|HEAD) /.test(line))).toEqual([]);
  });
});

test("this repository's own pipeline is valid by GitLab's schema, and has its jobs", async () => {
  const workspace = await Workspace.create();
  try {
    for (const path of ['.gitlab-ci.yml', 'templates'])
      cpSync(join(CHECKOUT, path), join(workspace.root, path), { recursive: true });
    await workspace.commit('Take the pipeline');
    const list = await listJobs(workspace);
    for (const job of ['test', 'hephy-plan', 'hephy-images']) expect(list).toMatch(new RegExp(`^${job} `, 'm'));
  } finally {
    await workspace.remove();
  }
});
