import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BUILT_FILES } from '../src/ci/built-files';
import { mayStartContainers, startDocker, type TestEngine } from '../testing/engines';
import { findExternalTool } from '../testing/external-tools';
import { pushImage } from '../testing/fixture-images';
import { JOB_ARCH, runJobInContainer, setJobStage, type JobEnd, type JobStage } from '../testing/gitlab-job';
import { HOST_ARCHITECTURE, hostProgramFiles } from '../testing/host-shell';
import { importDebugImage } from '../testing/pipeline-images';
import { plannedBuild } from '../testing/planned-pipeline';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

/** A build job of Kaniko whose container has volumes that outlive it, as runners give it one at /cache, and one around its own directory. */

const executor = findExternalTool('kaniko');
const inContainers = executor !== undefined && mayStartContainers();
const run = inContainers ? test : test.skip;

let registry: TestRegistry;
let docker: TestEngine | undefined;
let debugImage: string;
let base: string;
beforeAll(async () => {
  if (!inContainers) return;
  registry = await startRegistry();
  const programs = ['/bin/sh', '/bin/mkdir', '/bin/ln', '/bin/touch', '/bin/sleep'];
  const { digest } = await pushImage(registry.host, 'team/base', 'shell', {
    platform: `linux/${HOST_ARCHITECTURE}`,
    files: { ...hostProgramFiles(...programs), 'cache/of-base': { content: 'x' } },
    docker: true,
  });
  base = `${registry.host}/team/base@${digest}`;
  docker = await startDocker();
  if (docker !== undefined) debugImage = importDebugImage(docker, executor);
});
afterAll(async () => {
  if (!inContainers) return;
  await docker?.stop();
  await registry.stop();
});

let stage: JobStage;
let cache: string;
let outside: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'hephy-cache-'));
  outside = mkdtempSync(join(tmpdir(), 'hephy-outside-'));
  mkdirSync(join(cache, 'team/images'), { recursive: true });
  writeFileSync(join(cache, 'team/images/cache.zip'), 'of another job');
  writeFileSync(join(outside, 'kept'), 'kept');
  symlinkSync('/outside', join(cache, 'a link'));
});
afterEach(() => {
  stage.remove();
  for (const directory of [cache, outside]) rmSync(directory, { recursive: true, force: true });
});

function build(
  script: string,
  changes: Parameters<typeof plannedBuild>[1] = {},
  ...options: readonly string[]
): Promise<JobEnd> {
  if (docker === undefined) throw new Error('docker did not start');
  // A directory whose name is a pattern.
  stage = setJobStage({ 'run.sh': script }, 'check [o]ut?');
  const planned = plannedBuild(
    { os: 'linux', architecture: JOB_ARCH },
    {
      dockerfile: `FROM ${base}\nCOPY run.sh /run.sh\nRUN sh /run.sh\n`,
      ...changes,
      step: { destination: `${registry.host}/team/built:t` },
    },
  );
  return runJobInContainer(docker, debugImage, stage.directory, stage.script(planned), {}, [
    `--volume=${cache}:/cache`,
    `--volume=${outside}:/outside`,
    `--volume=${outside}:/read-only:ro`,
    ...options,
  ]);
}

const inCache = (): string[] => readdirSync(cache, { recursive: true, encoding: 'utf8' }).sort();
const UNTOUCHED = ['a link', 'team', 'team/images', 'team/images/cache.zip'];

run('an image that leaves volumes alone is built, whatever lies there', async () => {
  expect(await build('echo made > /made\n')).toMatchObject({ status: 0 });
  expect(inCache()).toEqual(UNTOUCHED);
  expect(stage.left(BUILT_FILES.status)).toBe('0\n');
});

run.each([
  ['a file', 'echo made > /cache/made'],
  ['a directory', 'mkdir -p /cache/tool/lib && echo > /cache/tool/lib/x.js'],
  ['beside others', 'echo made > /cache/team/images/made'],
  ['a link', 'ln -s /outside /cache/new && ln -s / /cache/root'],
  ['a name with a line end', `touch '/cache/x\ny' '/cache/ z  ' "/cache/-rf"`],
])('what a script adds to a volume fails the job, and is gone: %s', async (_, script) => {
  const end = await build(`${script}\n`);
  expect(end.status).toBe(1);
  expect(stage.left(BUILT_FILES.problem)).toMatch(/^the image writes to \/cache, which is a volume /);
  expect(stage.left(BUILT_FILES.status)).toBeUndefined();
  expect(inCache()).toEqual(UNTOUCHED);
  expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
});

run('what it changes there fails the job, and nothing is removed that was there', async () => {
  const end = await build('echo changed > /cache/team/images/cache.zip\n');
  expect(end.status).toBe(1);
  expect(end.output).toContain('\n  /cache/team/images/cache.zip\n');
  expect(stage.left(BUILT_FILES.problem)).toMatch(/^the image writes to \/cache, /);
  expect(inCache()).toEqual(UNTOUCHED);
});

run('so is what lies around the directory of the job', async () => {
  const end = await build('echo made > /builds/made\n');
  expect(end.status).toBe(1);
  expect(stage.left(BUILT_FILES.problem)).toMatch(/^the image writes to \/builds, /);
  expect(readdirSync(dirname(stage.directory))).not.toContain('made');
});

run('a volume that Kaniko does not know as one, and would empty', async () => {
  const end = await build('true\n', {}, `--volume=${outside}:/with white space`);
  expect(end.status).toBe(1);
  expect(stage.left(BUILT_FILES.problem)).toMatch(/^Kaniko would delete what is in \/with white space, a volume/);
  expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
});

run('nothing stays of a build that fails, or whose time is up', async () => {
  expect((await build('echo > /cache/made; exit 42\n')).status).toBe(42);
  expect(stage.left(BUILT_FILES.status)).toBe('42\n');
  expect(inCache()).toEqual(UNTOUCHED);
  stage.remove();
  await build('echo > /cache/made; sleep 1000\n', { timeout: 3000 });
  expect(stage.left(BUILT_FILES.timedOut)).toBe('');
  expect(inCache()).toEqual(UNTOUCHED);
});

run('of a volume with very many entries the first levels are compared', async () => {
  mkdirSync(join(cache, 'a/b/c/d/e'), { recursive: true });
  for (let count = 0; count <= 20_000; count++) writeFileSync(join(cache, `a/b/c/d/e/${count}`), '');
  const before = inCache();
  const end = await build('mkdir -p /cache/a/b/new && echo > /cache/a/b/new/x\n');
  expect(end.output).toContain('very much lies in /cache: of what is more than 4 levels below it');
  expect(stage.left(BUILT_FILES.problem)).toMatch(/^the image writes to \/cache, /);
  expect(inCache()).toEqual(before);
});
