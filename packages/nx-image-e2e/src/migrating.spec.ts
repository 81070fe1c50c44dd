import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitServer, type GitServer } from '../../nx-image/testing/git-server';
import { makeRepository } from '../../nx-image/testing/git-repository';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { readPage } from './testing/documents';
import { GitlabProject, scheduled, startedJobs } from './testing/gitlab-project';
import { startGitlabRunner, type GitlabRunner } from './testing/gitlab-runner';
import { RegistryView } from './testing/registry-view';
import { succeed } from './testing/run';
import { Workspace } from './testing/workspace';

/** The steps of the page that are commands, as written; the first installs what tests have installed. */
const STEPS = [...readPage('docs/migrating.md').matchAll(/^\d+\. .*$/gm)]
  .flatMap(([step]) => [...step.matchAll(/`((?:npx|git|HEPHY_REGISTRY=\S+) [^`]+)`/g)])
  .map(([, line = '']) => line);

/** Directories at the top level, as a shell pipeline went through them: with quotes, CRLF, comments. */
function seedFiles(upstream: string): Readonly<Record<string, string>> {
  return {
    'minimal-base-image/build-config.yaml': `dockerfile_path: "Dockerfile"\r\ncontext_path: .\r\nadditional_tags:\r\n  - latest\r\n`,
    'minimal-base-image/Dockerfile': 'FROM scratch\nCOPY motd /etc/motd\n',
    'minimal-base-image/motd': 'Hello\n',
    'hello-web/build-config.yaml': `# served by httpd\nadditional_tags: [latest, "1.0"]\n`,
    'hello-web/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:minimal-base-image-latest\nCOPY index.html /www/\n',
    'hello-web/index.html': '<p>Hello</p>\n',
    'hello-web/README.md': '# hello-web\n',
    'scratch-helloworld/build-config.yaml': `upstream_repo: ${upstream}\nupstream_ref: main\ndockerfile_path: Dockerfile\nadditional_tags:\n  - "latest"\n`,
    'rebuild-weekly.txt': 'hello-web\n',
    'scripts/prepare_diff.sh': 'git diff --name-only HEAD^ | cut -d/ -f1 | sort -u > dirs.txt\n',
    '.gitlab-ci.yml':
      'stages: [prepare, build, manifest]\nprepare:\n  stage: prepare\n  script: [sh scripts/prepare_diff.sh]\n',
  };
}

describe("a shell pipeline's repository, by docs/migrating.md", () => {
  let server: TestRegistry;
  let git: GitServer;
  let runner: GitlabRunner;
  let workspace: Workspace;
  let registry: RegistryView;

  beforeAll(async () => {
    server = await startRegistry();
    git = await startGitServer();
    registry = new RegistryView(`${server.host}/team/images`);
    runner = await startGitlabRunner(server.host);
    makeRepository(git.directory, 'helloworld', {
      Dockerfile: 'FROM scratch\nCOPY hello.txt /\n',
      'hello.txt': 'Hello\n',
    });
    workspace = new Workspace(mkdtempSync(join(tmpdir(), 'hephy-seed-')));
    for (const [path, text] of Object.entries(seedFiles(`${git.url}/helloworld.git`))) workspace.write(path, text);
    await workspace.git('init', '-q', '-b', 'main');
    await workspace.commit('As it was');
    workspace.install();
    workspace.write('package.json', '{ "private": true }\n');
  });
  afterAll(async () => {
    await workspace.remove();
    await runner.stop();
    await git.stop();
    await server.stop();
  });

  it('is set up by the steps of the page', async () => {
    expect(STEPS.length).toBeGreaterThanOrEqual(7);
    for (const line of STEPS) await succeed(workspace.sh(line));
    const listed = await succeed(workspace.nx(['show', 'projects', '--with-target', 'manifest']));
    for (const image of ['minimal-base-image', 'hello-web', 'scratch-helloworld']) expect(listed).toContain(image);
    expect(await workspace.git('diff', 'HEAD~2', '--stat', '--', '*/build-config.yaml', '*/Dockerfile')).toBe('');
    expect(await workspace.git('status', '--porcelain')).toBe('');
    const added = await workspace.git('diff', 'HEAD~2', '--stat', '--', 'minimal-base-image', 'hello-web', 'scripts');
    expect(added).not.toMatch(/^ (?!\S+\.dockerignore )\S+ +\|/m);
  });

  it('has a pipeline that builds everything once, and nothing again in the same week', async () => {
    const project = await GitlabProject.create(workspace, runner, { ECR_REGISTRY: registry.repository });
    await project.plan(scheduled());
    const jobs = startedJobs(await succeed(project.runChild(scheduled())));
    expect(jobs.filter((name) => name.startsWith('prepare '))).toHaveLength(1);
    expect(jobs.filter((name) => name.startsWith('build '))).toHaveLength(6);
    for (const tag of ['minimal-base-image-latest', 'hello-web-latest', 'hello-web-1.0', 'scratch-helloworld-latest'])
      expect(await registry.platforms(tag)).toEqual(['linux/amd64', 'linux/arm64']);
    expect((await project.plan(scheduled())).child).not.toMatch(/^"?(?:build|publish) /m);
  });
});
