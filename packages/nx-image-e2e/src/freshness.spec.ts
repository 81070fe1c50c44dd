import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryView } from './testing/registry-view';
import { resultOf } from './testing/results';
import { PLUGINS_APART, succeed, type Env } from './testing/run';
import { startPublishing, type Publishing } from './testing/start-publishing';
import { imageConfig, type Workspace } from './testing/workspace';

const IMAGES = ['base', 'other', 'web'];
const RUN_MANY = ['run-many', '-t', 'manifest'];

function imageFiles(): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const image of IMAGES) {
    const from = image === 'web' ? 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest' : 'FROM scratch';
    files[`images/${image}/build-config.yaml`] = imageConfig().replace(', linux/arm64', '');
    files[`images/${image}/Dockerfile`] = `${from}\nCOPY ${image}.txt /\n`;
    files[`images/${image}/${image}.txt`] = `${image}\n`;
  }
  return files;
}

/** A pipeline of a protected branch. Nx has no cloud and no daemon then. */
const pipeline = (created: string): Env => ({
  CI: 'true',
  GITLAB_CI: 'true',
  CI_COMMIT_REF_PROTECTED: 'true',
  CI_PIPELINE_CREATED_AT: created,
});

describe('freshness', () => {
  let publishing: Publishing;
  let registry: RegistryView;
  let workspace: Workspace;

  beforeAll(async () => {
    publishing = await startPublishing(imageFiles);
    ({ registry, workspace } = publishing);
    // 10 January 2024 was a Wednesday.
    expect(await build(RUN_MANY, pipeline('2024-01-10T12:00:00Z'))).toEqual(IMAGES);
  });
  afterAll(async () => {
    await workspace.nx(['daemon', '--stop'], { NX_DAEMON: 'true' });
    await publishing.end();
  });

  let said = '';
  /** The images that nx built anew, by name. */
  const build = async (parameters: readonly string[], env: Env = {}): Promise<readonly string[]> => {
    const results = join(workspace.root, 'dist/images');
    rmSync(results, { recursive: true, force: true });
    said = await succeed(workspace.nx(parameters, { HEPHY_PUBLISH: 'true', ...env }));
    return IMAGES.filter(
      (image) => existsSync(join(results, image)) && resultOf(workspace, image).builds[0]?.outcome === 'built',
    );
  };

  it('rebuilds what is listed, and what is FROM it, in the first run of a week', async () => {
    workspace.write('rebuild-weekly.txt', '# whose packages move\n./images/base/\n');
    await workspace.commit('Rebuild weekly');
    expect(await build(RUN_MANY, pipeline('2024-01-12T12:00:00Z'))).toEqual(['base', 'web']);
    expect(await build(RUN_MANY, pipeline('2024-01-15T00:01:00Z'))).toEqual(['base', 'web']);
    const before = await registry.snapshot();
    expect(await build(RUN_MANY, pipeline('2024-01-19T12:00:00Z'))).toEqual([]);
    expect(await registry.snapshot()).toEqual(before);
  });

  it('rebuilds nothing, and says why, where the list names what is no image', async () => {
    workspace.write('rebuild-weekly.txt', 'base\nohter\n');
    const { code, output } = await workspace.nx(RUN_MANY, pipeline('2024-01-22T12:00:00Z'));
    expect(code).not.toBe(0);
    expect(output).toContain('WEEKLY_LIST_INVALID');
    expect(output).toContain('rebuild-weekly.txt:2');
    expect(output).toContain('Did you mean other?');
    const plan = await workspace.hephy(['plan']);
    expect(plan.code).toBe(1);
    expect(plan.output).toContain('rebuild-weekly.txt:2');
    workspace.write('rebuild-weekly.txt', '');
    await workspace.commit('Rebuild nothing weekly');
  });

  it.each<[string, readonly string[], Env, readonly string[]]>([
    [
      'what is named, though nx was called for another',
      ['run', 'web:manifest', '--rebuild', 'base,other'],
      {},
      ['base', 'web'],
    ],
    [
      'a task and what it depends on, without batches',
      ['run', 'web:manifest', '--rebuild'],
      { NX_BATCH_MODE: 'false' },
      ['base', 'web'],
    ],
    ['what a variable names', RUN_MANY, { HEPHY_REBUILD: 'images/other,web' }, ['other', 'web']],
    ['with the daemon', [...RUN_MANY, '--rebuild=other'], { NX_DAEMON: 'true', ...PLUGINS_APART }, ['other']],
  ])('rebuilds %s for once', async (_, parameters, env, rebuilt) => {
    expect(await build(parameters, env)).toEqual(rebuilt);
    expect(said.match(/--rebuild names .*/g)).toEqual(
      parameters.includes('base,other') ? ['--rebuild names other, which this run does not build'] : null,
    );
  });

  it('goes on from what was rebuilt', async () => {
    const before = await registry.snapshot();
    expect(await build(RUN_MANY)).toEqual([]);
    expect(await registry.snapshot()).toEqual(before);
  });

  it('rebuilds nothing where an image is named that there is not, or in a config of nx', async () => {
    const { code, output } = await workspace.nx([...RUN_MANY, '--rebuild=bsae']);
    expect(code).not.toBe(0);
    expect(output).toContain('OPTIONS_INVALID');
    expect(output).toContain('Did you mean base?');
    workspace.write('images/other/project.json', '{ "targets": { "manifest": { "options": { "rebuild": true } } } }\n');
    const standing = await workspace.nx(['run', 'other:manifest']);
    expect(standing.code).not.toBe(0);
    expect(standing.output).toContain('`rebuild` stands among the options of other:manifest');
  });
});
