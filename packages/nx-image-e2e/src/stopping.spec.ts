import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pushImage } from '../../nx-image/testing/fixture-images';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { HOST_PLATFORM, TEST_BUILDERS, type TestBuilder } from './testing/builders';
import { RegistryView } from './testing/registry-view';
import { outcomesOf, resultOf } from './testing/results';
import type { Env } from './testing/run';
import { shellImage } from './testing/shell-image';
import { start, type Running } from './testing/start';
import { mountsIn, processesOf, runs, until, untilGone } from './testing/traces';
import { Workspace } from './testing/workspace';

const HOST_ONLY = `platforms: [${HOST_PLATFORM}]`;
/** Each time it sleeps other seconds, by which its process is known. */
const DOCKERFILE = (host: string) => `FROM ${host}/base/shell:1\nARG SECONDS\nRUN sleep $SECONDS\n`;

function slowConfig(builder: TestBuilder, seconds: number): string {
  return builder.config([HOST_ONLY, `build_args: [SECONDS=${seconds}]`]);
}

describe('stopping', () => {
  let server: TestRegistry;
  let seconds = 86_000 + (process.pid % 400) * 1000;

  beforeAll(async () => {
    server = await startRegistry();
    await pushImage(server.host, 'base/shell', '1', shellImage());
  });
  afterAll(() => server.stop());

  for (const builder of TEST_BUILDERS) {
    builder.describe(`a run of ${builder.title}`, () => {
      let workspace: Workspace;
      let registry: RegistryView;
      let running: Running | undefined;
      const env = () => ({
        ...builder.env(),
        ECR_REGISTRY: registry.repository,
        HEPHY_PUBLISH: 'true',
        TMPDIR: temporary(),
      });
      const temporary = () => join(workspace.root, 'tmp');

      const build = async () => {
        const end = await workspace.nx(['run-many', '-t', 'manifest'], env());
        if (end.code !== 0) throw new Error(end.output);
        return Object.fromEntries(['slow', 'quick'].map((image) => [image, outcomesOf(resultOf(workspace, image))]));
      };

      /** Changes both images, starts nx, and waits until the one is built and the RUN of the other sleeps. */
      const startBuild = async (more: Env = {}) => {
        seconds += 1;
        workspace.write('images/slow/build-config.yaml', slowConfig(builder, seconds));
        workspace.write('images/quick/data.txt', `${seconds}\n`);
        await workspace.commit('Change both');
        const quickResult = `dist/images/quick/build-${HOST_PLATFORM.slice('linux/'.length)}.json`;
        const before = workspace.read(quickResult);
        const nx = join(workspace.root, 'node_modules/.bin/nx');
        const parameters = [nx, 'run-many', '-t', 'manifest', '--parallel=2'];
        running = start(workspace.root, process.execPath, parameters, { ...env(), ...more });
        const sleeping = String(seconds);
        await until(
          'the one built and the other asleep',
          () => runs('sleep', sleeping) && workspace.read(quickResult) !== before,
          60,
        );
        return { ...running, sleeping: () => (runs('sleep', sleeping) ? [`sleep ${sleeping}`] : []) };
      };

      beforeAll(async () => {
        registry = new RegistryView(`${server.host}/team/${builder.name}`);
        workspace = await Workspace.withImages({
          '.gitignore': 'node_modules\ndist\n.nx\ntmp\n',
          'images/slow/build-config.yaml': slowConfig(builder, 0),
          'images/slow/Dockerfile': DOCKERFILE(server.host),
          'images/quick/build-config.yaml': builder.config([HOST_ONLY]),
          'images/quick/Dockerfile': 'FROM scratch\nCOPY data.txt /\n',
          'images/quick/data.txt': 'one\n',
        });
        mkdirSync(temporary());
        await build();
      });
      afterEach(() => {
        running?.kill();
      });
      afterAll(() => workspace.remove());

      it.each<[string, Env, (pid: number) => void]>([
        ['Ctrl-C', {}, (pid: number) => process.kill(-pid, 'SIGINT')],
        ['SIGTERM to nx', {}, (pid: number) => process.kill(pid, 'SIGTERM')],
        ['SIGTERM to nx without batches', { NX_BATCH_MODE: 'false' }, (pid: number) => process.kill(pid, 'SIGTERM')],
      ])('by %s leaves nothing behind', async (_, more, stop) => {
        const before = await registry.snapshot();
        const { pid, ended, sleeping } = await startBuild(more);
        stop(pid);
        const signalled = performance.now();
        await untilGone(() => [...sleeping(), ...processesOf(workspace.root)], 5);
        const { code, output } = await ended;
        expect(performance.now() - signalled).toBeLessThan(5000);
        expect(code).not.toBe(0);
        expect(output).not.toMatch(/^\s+at \S/m);
        expect(mountsIn(workspace.root)).toEqual([]);
        expect(readdirSync(join(workspace.root, '.nx/cache/hephy/work'))).toEqual([]);
        expect(readdirSync(temporary())).toEqual([]);
        expect(outcomesOf(resultOf(workspace, 'slow'))).toEqual({ [HOST_PLATFORM]: 'cancelled' });
        const after = await registry.snapshot();
        expect(after).toMatchObject(before);
        expect(Object.keys(after).filter((tag) => !(tag in before) && tag.startsWith('slow-'))).toEqual([]);
      });

      it('leaves what it had built for the next run, which builds the rest', async () => {
        workspace.write('images/slow/build-config.yaml', slowConfig(builder, 0));
        workspace.write('images/slow/Dockerfile', `${DOCKERFILE(server.host)}LABEL after=${seconds}\n`);
        await workspace.commit('Be quick');
        expect(await build()).toEqual({ slow: { [HOST_PLATFORM]: 'built' }, quick: { [HOST_PLATFORM]: 'reused' } });
      });
    });
  }
});
