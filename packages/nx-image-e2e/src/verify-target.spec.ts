import { join } from 'node:path';
import { Gate } from './testing/endings/gate';
import { errorOf, outcomesOf, resultOf } from './testing/results';
import { succeed } from './testing/run';
import { start } from './testing/start';
import { startPublishing, type Publishing } from './testing/start-publishing';
import { toolEnv } from './testing/tools';
import { imageConfig } from './testing/workspace';

/** Writes down what it was told and what the registry has meanwhile, then ends as the gate says. */
const SCRIPT = `
const { appendFileSync } = require('node:fs');
const { connect } = require('node:net');
const { HEPHY_IMAGE, HEPHY_IMAGE_NAME: name, HEPHY_PLATFORMS: platforms, GATE } = process.env;
const [repository, digest] = HEPHY_IMAGE.split('@');
const [host, ...path] = repository.split('/');
const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
const ask = async (what) => (await fetch('http://' + host + '/v2/' + path.join('/') + '/' + what, { headers })).json();
async function main() {
  const { manifests } = await ask('manifests/' + digest);
  const { tags } = await ask('tags/list');
  appendFileSync('dist/seen.jsonl', JSON.stringify({ digest, name, platforms, children: manifests.length, tags }) + '\\n');
  console.log('looked at ' + name);
  const gate = connect(Number(GATE), '127.0.0.1', () => gate.write(name + '\\n'));
  gate.on('data', (code) => {
    if (Number(code) !== 0) console.error('it does not answer on 8080');
    process.exit(Number(code));
  });
}
main();
`;

interface Seen {
  readonly digest: string;
  readonly name: string;
  readonly tags: readonly string[];
}

const config = (...lines: readonly string[]) => imageConfig(['variants: { debug: { target: debug } }', ...lines]);
/** Cached, by Nx's lights: it must run all the same. */
const VERIFY = { command: 'node tools/verify.js', cache: true };
const project = (targets: object) => JSON.stringify({ targets });
const isPublic = (tag: string): boolean => /^(?:web|child|last)-(?!.*-(?:amd64|arm64)$)/.test(tag);

describe('a target `verify` of the project', () => {
  let gate: Gate;
  let here: Publishing;
  const nx = (...words: readonly string[]) => here.workspace.nx(words);
  const seen = (): Seen[] => {
    const lines = here.workspace.read('dist/seen.jsonl').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Seen);
  };
  const manifestOf = (image: string) => resultOf(here.workspace, image).manifest;
  const commit = async (path: string, text: string) => {
    here.workspace.write(path, text);
    await here.workspace.commit(`Change ${path}`);
  };
  /** Of the image itself; its variant is published by itself, whatever becomes of it. */
  const publicTags = async () =>
    Object.entries(await here.registry.snapshot()).filter(([tag]) => isPublic(tag) && !tag.includes('web-debug'));
  const held = () => gate.hold(/^web$/);
  /** What a run said whose target was ended while it was held. On a busy machine nx takes its time to start it: then it gets twice as much. */
  const timeOut = async (seconds: number): Promise<string> => {
    await commit('images/web/build-config.yaml', config(`timeout: ${seconds}s`));
    const run = nx('run', 'web:manifest');
    const first = await Promise.race([held(), run]);
    if ('gone' in first) await first.gone;
    const { output } = await run;
    gate.pass();
    return 'gone' in first || seconds > 60 || !output.includes('BUILD_TIMED_OUT') ? output : timeOut(2 * seconds);
  };

  beforeAll(async () => {
    gate = await Gate.open();
    here = await startPublishing(
      () => ({
        'tools/verify.js': SCRIPT,
        'images/web/build-config.yaml': config(),
        'images/web/Dockerfile': 'FROM scratch AS debug\nCOPY web.txt /debug.txt\nFROM scratch\nCOPY web.txt /\n',
        'images/web/web.txt': 'one\n',
        'images/web/project.json': project({ verify: VERIFY, 'verify--debug': VERIFY }),
        'images/child/build-config.yaml': imageConfig(),
        'images/child/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:web-latest\nCOPY child.txt /\n',
        'images/child/child.txt': 'one\n',
      }),
      { HEPHY_PUBLISH: 'true', GATE: String(gate.port) },
    );
  });
  afterAll(async () => {
    await here.end();
    await gate.close();
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
    const before = await publicTags();
    const first = held();
    const failing = nx('run', 'child:manifest');
    (await first).release(3);
    const failed = await failing;
    expect(failed.output).toMatch(/^web {2}failed VERIFY_FAILED/m);
    expect(failed.output).toContain('it does not answer on 8080');
    const error = errorOf(resultOf(here.workspace, 'web'));
    expect(error).toMatchObject({ code: 'VERIFY_FAILED', log: 'dist/images/web/verify.log' });
    expect(error?.output).toContain('it does not answer on 8080');
    expect(manifestOf('child')?.outcome).toBe('skipped');
    expect(await publicTags()).toEqual(before);

    const second = held();
    const again = nx('run', 'web:manifest', '--batch=false');
    (await second).release(3);
    expect((await again).output).toContain('VERIFY_FAILED');
    expect(outcomesOf(resultOf(here.workspace, 'web'))).toEqual({ 'linux/amd64': 'reused', 'linux/arm64': 'reused' });
    expect(await publicTags()).toEqual(before);

    const looks = seen().length;
    await succeed(nx('run', 'child:manifest'));
    expect(seen()).toHaveLength(looks + 1);
    expect(seen().at(-1)?.digest).toBe(await here.registry.digest('web-latest'));
    expect(manifestOf('web')?.digest).toBe(seen().at(-1)?.digest);
    expect(manifestOf('child')?.outcome).toBe('built');
  });

  it('is ended with the run, and when its time is over; it runs although Nx has seen the same files before', async () => {
    await commit('images/web/web.txt', 'one\n');
    const before = await publicTags();
    const program = join(here.workspace.root, 'node_modules/.bin/nx');
    const env = {
      ...toolEnv(),
      ECR_REGISTRY: here.registry.repository,
      HEPHY_PUBLISH: 'true',
      GATE: String(gate.port),
    };
    const first = held();
    const running = start(here.workspace.root, process.execPath, [program, 'run', 'web:manifest'], env);
    const stopped = await first;
    process.kill(-running.pid, 'SIGINT');
    await stopped.gone;
    await running.ended;
    expect(manifestOf('web')?.outcome).toBe('cancelled');

    expect(await timeOut(15)).toMatch(/^web {2}timed out BUILD_TIMED_OUT/m);
    expect(await publicTags()).toEqual(before);
    await commit('images/web/build-config.yaml', config());
  });

  it('cannot run the manifest that runs it; the record of the run stays that of the run', async () => {
    await commit('images/web/project.json', project({ verify: { ...VERIFY, dependsOn: ['manifest'] } }));
    await nx('run', 'web:manifest');
    const error = errorOf(resultOf(here.workspace, 'web'));
    expect(error?.code).toBe('VERIFY_FAILED');
    expect(error?.output.join('\n')).toContain('VERIFY_NESTED');
    expect(here.workspace.readJson('dist/hephy/run.json')).toMatchObject({ errors: [] });
  });
});
