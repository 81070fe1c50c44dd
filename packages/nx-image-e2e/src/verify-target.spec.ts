import { startPublishing, type Publishing } from './testing/start-publishing';
import { errorOf, outcomesOf, resultOf } from './testing/results';
import { succeed } from './testing/run';
import { imageConfig } from './testing/workspace';

/** What is asked of the registry while the target runs, and what the target was told. It fails where a file says so. */
const SCRIPT = `
const { appendFileSync, existsSync } = require('node:fs');
const { HEPHY_IMAGE, HEPHY_IMAGE_NAME, HEPHY_PLATFORMS } = process.env;
const [repository, digest] = HEPHY_IMAGE.split('@');
const [host, ...path] = repository.split('/');
const ask = (what) => fetch('http://' + host + '/v2/' + path.join('/') + '/' + what);
async function main() {
  const accept = { headers: { accept: 'application/vnd.oci.image.index.v1+json' } };
  const index = await (await fetch('http://' + host + '/v2/' + path.join('/') + '/manifests/' + digest, accept)).json();
  const { tags } = await (await ask('tags/list')).json();
  const seen = { digest, name: HEPHY_IMAGE_NAME, platforms: HEPHY_PLATFORMS, children: index.manifests.length, tags };
  appendFileSync('dist/seen.jsonl', JSON.stringify(seen) + '\\n');
  console.log('looked at ' + HEPHY_IMAGE_NAME);
  if (existsSync('fails/' + HEPHY_IMAGE_NAME)) {
    console.error('it does not answer on 8080');
    process.exit(3);
  }
  if (existsSync('hangs/' + HEPHY_IMAGE_NAME)) setInterval(() => undefined, 1000);
}
main();
`;

interface Seen {
  readonly digest: string;
  readonly name: string;
  readonly platforms: string;
  readonly children: number;
  readonly tags: readonly string[];
}

const VERIFY = { command: 'node tools/verify.js', cache: true };
const config = imageConfig(['timeout: 6s', 'variants: { debug: { target: debug } }']);
const project = (targets: object) => JSON.stringify({ targets });

describe('a target `verify` of the project', () => {
  let here: Publishing;
  const nx = (...words: readonly string[]) => here.workspace.nx(words);
  const seen = (): Seen[] =>
    here.workspace
      .read('dist/seen.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Seen);
  const manifestOf = (image: string) => resultOf(here.workspace, image).manifest;
  const isPublic = (tag: string): boolean => /^(?:web|web-debug|child|last)-(?!.*-(?:amd64|arm64)$)/.test(tag);
  const commit = async (path: string, text: string) => {
    here.workspace.write(path, text);
    await here.workspace.commit(`Change ${path}`);
  };

  beforeAll(async () => {
    here = await startPublishing(
      () => ({
        'tools/verify.js': SCRIPT,
        'images/web/build-config.yaml': config,
        'images/web/Dockerfile': 'FROM scratch AS debug\nCOPY web.txt /debug.txt\nFROM scratch\nCOPY web.txt /\n',
        'images/web/web.txt': 'one\n',
        'images/web/project.json': project({ verify: VERIFY, 'verify--debug': VERIFY }),
        'images/child/build-config.yaml': imageConfig(),
        'images/child/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:web-latest\nCOPY child.txt /\n',
        'images/child/child.txt': 'one\n',
      }),
      { HEPHY_PUBLISH: 'true' },
    );
  });
  afterAll(async () => {
    await here.end();
  });

  it('runs when the index is there and no public tag is, with its lines in a log, for each image of the directory', async () => {
    const output = await succeed(nx('run-many', '-t', 'manifest', '--verbose'));
    expect(output).toMatch(/^web {2}looked at web$/m);
    const looks = seen().sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(looks).toMatchObject([
      { name: 'web', digest: manifestOf('web')?.digest, platforms: 'linux/amd64,linux/arm64', children: 2 },
      { name: 'web-debug', digest: manifestOf('web-debug')?.digest, children: 2 },
    ]);
    expect(looks[0]?.tags.filter((tag) => isPublic(tag) && !tag.includes('debug'))).toEqual([]);
    expect(looks[0]?.tags.some((tag) => tag.startsWith('in-'))).toBe(true);
    expect(here.workspace.read('dist/images/web/verify.log')).toMatch(/^looked at web$/m);
    expect(manifestOf('web')?.phases?.map(({ what }) => what)).toContain('verify');
    expect(await here.registry.digest('web-latest')).toBe(manifestOf('web')?.digest);
  });

  it('does not run where no tag is to be written', async () => {
    const before = seen().length;
    await succeed(nx('run-many', '-t', 'manifest'));
    await commit('images/web/web.txt', 'unpublished\n');
    await succeed(here.workspace.nx(['run', 'web:manifest'], { HEPHY_PUBLISH: 'false' }));
    expect(seen()).toHaveLength(before);
  });

  it('keeps all public tags where they are when it fails, and those of what is FROM the image, until it succeeds', async () => {
    await commit('images/web/web.txt', 'two\n');
    await commit('fails/web', '');
    const before = await here.registry.snapshot();
    const failed = await nx('run', 'child:manifest');
    expect(failed.code).not.toBe(0);
    expect(failed.output).toMatch(/^web {2}failed VERIFY_FAILED/m);
    const error = errorOf(resultOf(here.workspace, 'web'));
    expect(error).toMatchObject({ code: 'VERIFY_FAILED', log: 'dist/images/web/verify.log' });
    expect(error?.output).toContain('it does not answer on 8080');
    expect(failed.output).toContain('it does not answer on 8080');
    expect(manifestOf('child')?.outcome).toBe('skipped');
    const after = await here.registry.snapshot();
    const moved = Object.keys(after).filter((tag) => after[tag] !== before[tag]);
    // The variant is published by itself, whatever becomes of the directory's own image.
    expect(moved.filter((tag) => isPublic(tag) && !tag.includes('web-debug'))).toEqual([]);
    expect(moved.some((tag) => tag.startsWith('in-'))).toBe(true);

    const again = await nx('run', 'web:manifest', '--batch=false');
    expect(again.output).toContain('VERIFY_FAILED');
    expect(outcomesOf(resultOf(here.workspace, 'web'))).toEqual({ 'linux/amd64': 'reused', 'linux/arm64': 'reused' });
    expect(await here.registry.digest('web-latest')).toBe(before['web-latest']);

    await here.workspace.git('rm', '-q', 'fails/web');
    await here.workspace.commit('Mend it');
    const looks = seen().length;
    await succeed(nx('run', 'child:manifest'));
    expect(seen()).toHaveLength(looks + 1);
    expect(seen().at(-1)?.digest).toBe(await here.registry.digest('web-latest'));
    expect(await here.registry.digest('web-latest')).not.toBe(before['web-latest']);
    expect(manifestOf('child')?.outcome).toBe('built');
  });

  it('is timed out where it does not end: it is run although nx has seen the same files before', async () => {
    await commit('hangs/web', '');
    await commit('images/web/web.txt', 'one\n');
    const late = await nx('run', 'web:manifest');
    expect(late.output).toMatch(/^web {2}timed out BUILD_TIMED_OUT/m);
    expect(manifestOf('web')).toMatchObject({ outcome: 'timed out', error: { code: 'BUILD_TIMED_OUT' } });
  });

  it('cannot run the manifest that runs it; the record of the run stays that of the run', async () => {
    await commit('images/web/project.json', project({ verify: { ...VERIFY, dependsOn: ['manifest'] } }));
    const nested = await nx('run', 'web:manifest');
    expect(nested.output).toMatch(/VERIFY_NESTED/);
    expect(errorOf(resultOf(here.workspace, 'web'))?.code).toBe('VERIFY_FAILED');
    expect(here.workspace.readJson('dist/hephy/run.json')).toMatchObject({
      asked: expect.anything() as unknown,
      errors: [],
    });
  });
});
