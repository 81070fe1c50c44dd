import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elfFile } from '../../nx-image/testing/elf-files';
import { pushImage, pushIndex } from '../../nx-image/testing/fixture-images';
import { makeRepository } from '../../nx-image/testing/git-repository';
import { startGitServer, type GitServer } from '../../nx-image/testing/git-server';
import { A_MOMENT } from '../../nx-image/testing/host-shell';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { HOST_PLATFORM, TEST_BUILDERS, type TestBuilder } from './testing/builders';
import { startForbidding, type ForbiddingRegistry } from './testing/forbidding-registry';
import { RegistryView } from './testing/registry-view';
import { readReports } from './testing/reports';
import { errorOf, outcomesOf, resultOf } from './testing/results';
import type { Run } from './testing/run';
import { shellImage } from './testing/shell-image';
import { Workspace } from './testing/workspace';

const STACK = /^\s+at \S/m;
const HOST_ONLY = `platforms: [${HOST_PLATFORM}]`;
const HOST_LOG = `build-${HOST_PLATFORM.slice('linux/'.length)}.log`;

interface Failure {
  readonly image: string;
  readonly code: string;
  readonly outcome?: string;
  /** What a RUN says before it fails. */
  readonly says?: string;
  /** Its amd64 is well. */
  readonly half?: boolean;
}

const FAILURES: readonly Failure[] = [
  { image: 'run', code: 'BUILD_RUN_FAILED', says: 'close to the edge' },
  { image: 'slow', code: 'BUILD_TIMED_OUT', outcome: 'timed out', says: 'too slow' },
  { image: 'baseless', code: 'BASE_NOT_FOUND' },
  { image: 'orphan', code: 'BASE_NOT_FOUND' },
  { image: 'target', code: 'DOCKERFILE_TARGET_MISSING' },
  { image: 'fileless', code: 'DOCKERFILE_MISSING' },
  { image: 'refless', code: 'UPSTREAM_REF_MISSING' },
  { image: 'single', code: 'BASE_PLATFORM_MISSING', half: true },
  { image: 'partial', code: 'BASE_PLATFORM_MISSING', half: true },
  { image: 'liar', code: 'BASE_PLATFORM_WRONG', half: true },
  { image: 'foreign', code: 'IMAGE_PLATFORM_WRONG', half: true },
];

interface ImageFiles {
  readonly config?: readonly string[];
  readonly dockerfile?: string;
}

/** @param seconds that `slow` has */
function listImages(host: string, git: GitServer, seconds: number): Readonly<Record<string, ImageFiles>> {
  return {
    good: { dockerfile: 'FROM scratch\nCOPY data.txt /\n' },
    run: {
      config: [HOST_ONLY],
      dockerfile: `FROM ${host}/base/shell:1\nRUN echo close to the edge; ${A_MOMENT}; exit 42\n`,
    },
    child: { config: [HOST_ONLY], dockerfile: 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:run-latest\nCOPY data.txt /\n' },
    grandchild: { config: [HOST_ONLY], dockerfile: 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:child-latest\n' },
    slow: {
      config: [HOST_ONLY, `timeout: ${seconds}s`],
      dockerfile: `FROM ${host}/base/shell:1\nRUN echo too slow && sleep 300\n`,
    },
    baseless: { dockerfile: `FROM ${host}/base/none:1\nCOPY data.txt /\n` },
    orphan: { dockerfile: `# syntax\nFROM ${host}/base/none:1\nCOPY data.txt /\n` },
    target: { config: ['target: nowhere'], dockerfile: 'FROM scratch AS somewhere\nCOPY data.txt /\n' },
    fileless: {},
    refless: { config: [`upstream_repo: ${git.url}/upstream`, 'upstream_ref: v2'] },
    single: { dockerfile: `FROM ${host}/base/single:1\nCOPY data.txt /\n` },
    partial: { dockerfile: `FROM ${host}/base/partial:1\nCOPY data.txt /\n` },
    liar: { dockerfile: `FROM ${host}/base/liar:1\nCOPY data.txt /\n` },
    foreign: { dockerfile: 'FROM scratch\nCOPY program /bin/program\n' },
  };
}

async function makeWorkspace(builder: TestBuilder, images: Readonly<Record<string, ImageFiles>>, repository: string) {
  const files = Object.entries(images).flatMap(([name, { config, dockerfile }]) => [
    [`images/${name}/build-config.yaml`, builder.config(config)] as const,
    [`images/${name}/data.txt`, `${name}\n`] as const,
    ...(dockerfile === undefined ? [] : [[`images/${name}/Dockerfile`, dockerfile] as const]),
  ]);
  const env = { ...builder.env(), ECR_REGISTRY: repository, HEPHY_PUBLISH: 'true' };
  const workspace = await Workspace.withImages(Object.fromEntries(files), env);
  writeFileSync(join(workspace.root, 'images/foreign/program'), elfFile('amd64'), { mode: 0o755 });
  await workspace.commit('Add a program');
  return workspace;
}

async function pushBases(host: string): Promise<void> {
  const amd64 = { platform: 'linux/amd64', files: { 'base.txt': { content: 'base\n' } } };
  await pushImage(host, 'base/shell', '1', shellImage());
  await pushImage(host, 'base/single', '1', amd64);
  const partial = await pushImage(host, 'base/partial', undefined, amd64);
  await pushIndex(host, 'base/partial', '1', [partial.descriptor]);
  const { descriptor } = await pushImage(host, 'base/liar', undefined, amd64);
  const claim = { ...descriptor, platform: { os: 'linux', architecture: 'arm64' } };
  await pushIndex(host, 'base/liar', '1', [descriptor, claim]);
}

describe('what goes wrong', () => {
  let server: TestRegistry;
  let login: TestRegistry;
  let readOnly: TestRegistry;
  let forbidding: ForbiddingRegistry;
  let git: GitServer;

  beforeAll(async () => {
    [server, login, readOnly, git] = await Promise.all([
      startRegistry(),
      startRegistry({ login: true }),
      startRegistry({ readOnly: true }),
      startGitServer(),
    ]);
    forbidding = await startForbidding(server.host);
    makeRepository(git.directory, 'upstream', { Dockerfile: 'FROM scratch\n' });
    await pushBases(server.host);
  });
  afterAll(() => Promise.all([server, login, readOnly, forbidding, git].map((one) => one.stop())));

  for (const builder of TEST_BUILDERS) {
    builder.describe(`with ${builder.title}`, () => {
      let workspace: Workspace;
      let registry: RegistryView;
      let end: Run;

      beforeAll(async () => {
        // On a machine that is too busy the time of `slow` is up before its RUN runs: then it gets twice as much, and all begins anew.
        for (let seconds = 12; ; seconds *= 2) {
          registry = new RegistryView(`${server.host}/team/${builder.name}-${seconds}`);
          workspace = await makeWorkspace(builder, listImages(server.host, git, seconds), registry.repository);
          end = await workspace.nx(['run-many', '-t', 'manifest'], { HEPHY_REPORT: 'markdown,junit,html' });
          if (seconds > 60 || errorOf(resultOf(workspace, 'slow'))?.output.includes('too slow') === true) return;
          await workspace.remove();
        }
      });
      afterAll(() => workspace.remove());

      it('ends with a code that is not 0, and without a stack', () => {
        expect(end.code).not.toBe(0);
        expect(end.output).not.toMatch(STACK);
      });

      it('keeps nothing from being published that is well', async () => {
        const { manifest } = resultOf(workspace, 'good');
        expect(manifest).toMatchObject({ outcome: 'built' });
        expect(await registry.digest('good-latest')).toBe(manifest?.digest);
      });

      it.each(FAILURES)('says $code of the image $image', ({ image, code, outcome = 'failed' }) => {
        const error = errorOf(resultOf(workspace, image));
        expect(error).toMatchObject({ code });
        expect(end.output).toMatch(new RegExp(`^${image}(?: linux/\\w+)?  ${outcome} ${code}  `, 'm'));
        if (image !== 'foreign') expect(error?.where).toMatch(`images/${image}/`);
      });

      it.each(FAILURES.filter(({ says }) => says !== undefined))(
        'shows the last lines of the builder of $image and where all of them are',
        ({ image, says = '' }) => {
          const { output, log } = errorOf(resultOf(workspace, image)) ?? { output: [] };
          expect(output).toContain(says);
          expect(log).toBe(`dist/images/${image}/${HOST_LOG}`);
          expect(readFileSync(join(workspace.root, log ?? ''), 'utf8').split('\n')).toContain(says);
          expect(end.output).toMatch(new RegExp(`^    ${says}$`, 'm'));
          expect(end.output).toMatch(new RegExp(`^  log: ${log}$`, 'm'));
        },
      );

      it('starts no builder where it is known before that it would be in vain', () => {
        const withLog = FAILURES.filter(({ says }) => says !== undefined).map(({ image }) => image);
        for (const { image, half } of FAILURES.filter((failure) => !withLog.includes(failure.image))) {
          const logs = ['build-amd64.log', 'build-arm64.log'].filter((name) =>
            existsSync(join(workspace.root, 'dist/images', image, name)),
          );
          const expected = image === 'foreign' ? 2 : half === true ? 1 : 0;
          expect({ image, logs: logs.length }).toEqual({ image, logs: expected });
        }
      });

      it.each(['child', 'grandchild'])('skips %s, and says because of what', (image) => {
        const because = `run ${HOST_PLATFORM} failed`;
        const { builds, manifest } = resultOf(workspace, image);
        expect(builds).toMatchObject([{ outcome: 'skipped', reason: because }]);
        expect(manifest).toMatchObject({ outcome: 'skipped', reason: because });
        expect(end.output).toMatch(new RegExp(`^${image} +skipped because ${because} `, 'm'));
      });

      it('leaves reports that say so', () => {
        const { run, markdown, html, cases } = readReports(workspace);
        expect(run).toMatchObject({
          ...{ repository: registry.repository, errors: [] },
          asked: { command: 'run-many', targets: ['manifest'], projects: [] },
        });
        expect(Date.parse(run.ended ?? '')).toBeGreaterThan(Date.parse(run.started));
        expect(cases.get('good index')).toMatchObject({
          element: 'system-out',
          says: expect.stringMatching(/^built/) as string,
        });
        const because = `skipped because run ${HOST_PLATFORM} failed`;
        expect(cases.get('grandchild index')).toEqual({ element: 'skipped', says: because });
        for (const { image, code } of FAILURES) {
          const failed = [...cases].filter(([name, one]) => name.startsWith(`${image} `) && one.element === 'failure');
          expect(failed.map(([, { says }]) => says)).toContainEqual(expect.stringContaining(code));
          expect(markdown).toMatch(new RegExp(`<summary><code>${image}</code> .*${code.replaceAll('_', '&#95;')}`));
          expect(html).toContain(code);
        }
      });

      it('tells what the time was spent on', () => {
        const [build] = resultOf(workspace, 'run').builds;
        expect(build?.phases?.map(({ what }) => what)).toEqual(expect.arrayContaining(['pull', 'build']));
        expect(resultOf(workspace, 'good').builds[0]?.phases?.map(({ what }) => what)).toEqual(
          expect.arrayContaining(['push', 'check']),
        );
        expect(resultOf(workspace, 'child').builds[0]).toMatchObject({ parents: ['run'] });
      });

      it('leaves no tag of what failed', async () => {
        const tags = await registry.tags();
        for (const { image, half } of FAILURES) {
          const own = tags.filter((tag) => tag.startsWith(`${image}-`));
          expect({ image, own }).toEqual({
            image,
            own: half === true ? [expect.stringMatching(/-\d{8}-[0-9a-f]{7}-amd64$/) as string] : [],
          });
          if (half === true) expect(outcomesOf(resultOf(workspace, image))).toMatchObject({ 'linux/amd64': 'built' });
        }
        const certified = FAILURES.filter(({ half }) => half).length + 'amd64 arm64 index'.split(' ').length;
        expect(tags.filter((tag) => tag.startsWith('in-'))).toHaveLength(certified);
      });

      it.each([
        ['asks for credentials', () => login.host],
        ['forbids', () => forbidding.host],
        ['takes no writes', () => readOnly.host],
      ])('says of a registry that %s that it refuses the push, before anything is built', async (_, host) => {
        const repository = `${host()}/team/${builder.name}-refused`;
        const refused = await workspace.nx(['run', 'good:manifest'], { ECR_REGISTRY: repository });
        expect(refused.code).not.toBe(0);
        expect(refused.output).not.toMatch(STACK);
        const result = resultOf(workspace, 'good');
        expect(result.builds).toMatchObject([
          { outcome: 'failed', error: { code: 'REGISTRY_DENIED' } },
          { outcome: 'failed', error: { code: 'REGISTRY_DENIED' } },
        ]);
        expect(refused.output).toContain('\nREGISTRY_DENIED ');
        expect(errorOf(result)).toMatchObject({ output: [] });
        expect(errorOf(result)?.log).toBeUndefined();
        expect(await registry.digest('good-latest')).toBeDefined();
      });
    });
  }
});
