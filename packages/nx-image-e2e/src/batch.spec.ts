import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { TEST_BUILDERS, type TestBuilder } from './testing/builders';
import { Recording } from './testing/recording';
import { RegistryView } from './testing/registry-view';
import { outcomesOf, resultOf } from './testing/results';
import { PLUGINS_APART, type Env } from './testing/run';
import { Workspace } from './testing/workspace';

const BUILT = { 'linux/amd64': 'built', 'linux/arm64': 'built' };
const REUSED = { 'linux/amd64': 'reused', 'linux/arm64': 'reused' };
const IMAGES = ['base', 'app', 'beside', 'aside'];
/** And so `base`, which it is FROM. */
const APP = ['-p', 'app'];
const TWO_BUILT = { base: BUILT, app: BUILT };
const TWO_REUSED = { base: REUSED, app: REUSED };

function imageFiles(builder: TestBuilder): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const image of IMAGES) {
    const from = image === 'app' ? 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest' : 'FROM scratch';
    files[`images/${image}/build-config.yaml`] = builder.config();
    files[`images/${image}/Dockerfile`] = `${from}\nCOPY ${image}.txt /\n`;
    files[`images/${image}/${image}.txt`] = `${image}\n`;
  }
  // An image of the same inputs as `beside`.
  for (const name of ['build-config.yaml', 'Dockerfile', 'beside.txt']) {
    files[`images/twin/${name}`] = files[`images/beside/${name}`] ?? '';
  }
  return files;
}

/** Those that are no digests of inputs and no attempts of a builder, whatever the date: a run may be the first of a day. */
function readable(tags: Readonly<Record<string, string>>): readonly string[] {
  const kept = Object.keys(tags).filter((tag) => !/^(?:in|push)-/.test(tag));
  return kept.map((tag) => tag.replace(/-\d{8}-/, '-DATE-'));
}

describe('with and without batches', () => {
  let server: TestRegistry;
  let scratch: string;

  beforeAll(async () => {
    server = await startRegistry();
    scratch = mkdtempSync(join(tmpdir(), 'hephy-batch-'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  for (const builder of TEST_BUILDERS) {
    builder.describe(`with ${builder.title}`, () => {
      let workspace: Workspace;
      let count = 0;
      let publicTags: readonly string[];

      /** Into a repository of the name, with the builders' starts written down. */
      const build = async (name: string, parameters: readonly string[], env: Env = {}, together = 1) => {
        const view = new RegistryView(`${server.host}/${builder.name}/${name}`);
        const recording = new Recording(join(scratch, `${builder.name}-${++count}`), builder.programs(), together);
        const end = await workspace.nx(['run-many', '-t', 'manifest', ...parameters], {
          ...recording.env,
          ...env,
          ECR_REGISTRY: view.repository,
        });
        if (end.code !== 0) throw new Error(end.output);
        const outcomes = ['base', 'app'].map((image) => [image, outcomesOf(resultOf(workspace, image))] as const);
        return { output: end.output, recording, outcomes: Object.fromEntries(outcomes), tags: await view.snapshot() };
      };

      beforeAll(async () => {
        workspace = await Workspace.withImages(imageFiles(builder), {
          ...builder.env(),
          ...PLUGINS_APART,
          HEPHY_PUBLISH: 'true',
        });
      });
      afterAll(() => workspace.remove());

      it('builds in a batch what is not built again without batches', async () => {
        const batched = await build('one', [...APP, '--parallel=1']);
        expect(batched.output).toContain('tasks with @hephy/nx-image:kaniko');
        expect(batched.outcomes).toEqual(TWO_BUILT);
        expect(batched.recording.builds()).toBe(4);
        expect(batched.recording.mostAtOnce()).toBe(1);

        publicTags = readable(batched.tags);

        const single = await build('one', APP, { NX_BATCH_MODE: 'false' });
        expect(single.output).not.toContain('tasks with @hephy/nx-image');
        expect(single.outcomes).toEqual(TWO_REUSED);
        expect(single.recording.builds()).toBe(0);
        expect(single.tags).toEqual(batched.tags);
      });

      it('builds without batches what is not built again in a batch', async () => {
        const single = await build('two', [...APP, '--batch=false']);
        expect(single.output).not.toContain('tasks with @hephy/nx-image');
        expect(single.outcomes).toEqual(TWO_BUILT);
        expect(single.recording.builds()).toBe(4);
        expect(readable(single.tags)).toEqual(publicTags);

        const batched = await build('two', APP);
        expect(batched.outcomes).toEqual(TWO_REUSED);
        expect(batched.recording.builds()).toBe(0);
        expect(batched.tags).toEqual(single.tags);
      });

      it('builds as many at once as nx is told, no more, and nothing twice', async () => {
        const batched = await build('many', ['--parallel=4'], {}, 4);
        expect(batched.recording.builds()).toBe(2 * IMAGES.length);
        expect(batched.recording.mostAtOnce()).toBe(4);
        const platforms = ['beside', 'twin'].flatMap((image) => Object.values(outcomesOf(resultOf(workspace, image))));
        expect(platforms.sort()).toEqual(['built', 'built', 'reused', 'reused']);
      });
    });
  }
});
