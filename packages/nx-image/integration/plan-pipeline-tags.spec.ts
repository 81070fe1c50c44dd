import type { Digest } from '../src/oci/digest';
import type { ImageIndex } from '../src/oci/manifest';
import { VERSION_ANNOTATION } from '../src/plan/plan-index';
import { rollbackAnnotations } from '../src/plan/rollback-mark';
import { MAIN, MERGE_REQUEST, RELEASE } from '../testing/gitlab-variables';
import { work } from '../testing/planning-stage';
import { endsOf, servePipelines, type ServedPipeline } from '../testing/serve-pipelines';
import { CONFIG } from '../testing/three-images';

const { open, proxy } = servePipelines();
const INDEX = 'application/vnd.oci.image.index.v1+json';
const at = (hour: number) => ({ CI_PIPELINE_CREATED_AT: `2026-11-20T${hour}:00:00Z` });
/** A push that touched no image. */
const UNTOUCHED = { affected: [] };

let served: ServedPipeline;
let hour = 10;
const urlOf = (tag: string) => `http://${served.repository.replace('/', '/v2/')}/manifests/${tag}`;

interface Read {
  readonly digest: string | null;
  readonly bytes: string;
}

async function read(tag: string): Promise<Read | undefined> {
  const answer = await fetch(urlOf(tag), { headers: { accept: INDEX } });
  return answer.ok ? { digest: answer.headers.get('docker-content-digest'), bytes: await answer.text() } : undefined;
}

async function put(tag: string, body: string): Promise<void> {
  const { ok } = await fetch(urlOf(tag), { method: 'PUT', headers: { 'content-type': INDEX }, body });
  expect(ok).toBe(true);
}

const digestAt = async (tag: string) => (await read(tag))?.digest;

async function annotationsAt(tag: string): Promise<Readonly<Record<string, string>>> {
  return (JSON.parse((await read(tag))?.bytes ?? '{}') as ImageIndex).annotations ?? {};
}

const versionAt = async (tag: string) => (await annotationsAt(tag))[VERSION_ANNOTATION] ?? '';

async function publish(asked = {}): Promise<readonly string[]> {
  const pipeline = served.pipeline(at(++hour));
  const plan = await pipeline.plan(asked);
  await pipeline.build(plan);
  return endsOf(
    await pipeline.publish(
      plan,
      plan.images.map(({ image }) => image),
    ),
  );
}

const next = async (env: Readonly<Record<string, string>>, asked = {}) =>
  work(await served.pipeline({ ...env, ...at(hour + 1) }).plan({ ...UNTOUCHED, ...asked }));

beforeAll(async () => {
  served = open(MAIN);
  await publish();
});

describe('a publish job that was cut off after last-other, and before other-latest', () => {
  beforeAll(async () => {
    const before = await read('other-latest');
    served.workspace.write({ 'images/other/c': 'changed\n' });
    await publish();
    await put('other-latest', before?.bytes ?? '');
    expect(await digestAt('other-latest')).toBe(before?.digest);
  });

  it('is none of a merge request, of a branch that publishes nothing, and of one that does not look', async () => {
    const from = proxy().lines.length;
    expect(await next(MERGE_REQUEST)).toEqual({});
    expect(await next(MERGE_REQUEST, { affected: ['other'] })).toEqual({});
    expect(await next({ ...RELEASE, CI_COMMIT_REF_PROTECTED: 'false' })).toEqual({});
    expect(await next(MAIN, { missing: false })).toEqual({});
    expect(
      proxy()
        .lines.slice(from)
        .filter((line) => line.startsWith('HEAD')),
    ).toEqual([]);
  });

  it('is completed by the next pipeline of a branch that publishes, whatever that is about', async () => {
    expect(await next(RELEASE)).toEqual({ other: 'publish' });
    expect(await publish(UNTOUCHED)).toEqual(['other linux/amd64 reused', 'other linux/arm64 reused', 'other reused']);
    expect(await digestAt('other-latest')).toBe(await digestAt('last-other'));
    expect(await next(MAIN)).toEqual({});
  });
});

it('writes what the config says of tags, and no pipeline came to', async () => {
  served.workspace.write({ 'images/other/build-config.yaml': CONFIG.replace('[latest]', '[latest, stable]') });
  expect(await next(MAIN)).toEqual({ other: 'publish' });
  await publish(UNTOUCHED);
  expect(await digestAt('other-stable')).toBe(await digestAt('other-latest'));
  expect(await next(MAIN)).toEqual({});
});

it('holds tags where the config says it, and no pipeline came to', async () => {
  const first = await digestAt('other-latest');
  const version = await versionAt('other-latest');
  served.workspace.write({ 'images/other/c': 'changed once more\n' });
  await publish();
  expect(await digestAt('other-latest')).not.toBe(first);
  const held = { 'images/other/build-config.yaml': `${CONFIG}hold: ${version}\n` };
  served.workspace.write(held);
  expect(await next(MAIN)).toEqual({ other: 'publish' });
  await publish(UNTOUCHED);
  expect(await digestAt('other-latest')).toBe(first);
  expect(await next(MAIN)).toEqual({});
  // As `hephy rollback` leaves it.
  const last = await read('last-other');
  const marked = JSON.parse(last?.bytes ?? '{}') as ImageIndex;
  const from = { version: await versionAt('last-other'), digest: last?.digest as Digest };
  const mark = rollbackAnnotations({ from, to: { version, digest: first as Digest } });
  await put('last-other', JSON.stringify({ ...marked, annotations: { ...marked.annotations, ...mark } }));
  expect(await next(MAIN)).toEqual({});
  served.workspace.write({ 'images/other/build-config.yaml': CONFIG });
  // Whoever went back may not have pushed that yet.
  expect(await next(MAIN)).toEqual({});
  expect(await next(MAIN, { affected: ['other'] })).toEqual({ other: 'publish' });
  await publish({ affected: ['other'] });
  expect(await digestAt('other-latest')).toBe(await digestAt('last-other'));
  expect(await next(MAIN, { affected: ['other'] })).toEqual({});
});

it('asks once for each image, and once for each of its tags', async () => {
  const from = proxy().lines.length;
  expect(await next(MAIN)).toEqual({});
  const asked = proxy()
    .lines.slice(from)
    .map((line) => line.replace(/ .*\/manifests\/(?:in-.*|sha256:.*)$/, ' in').replace(/\/v2.*\//, ''));
  const tags = ['base', 'other', 'web'].flatMap((image) => [`GET last-${image}`, `HEAD ${image}-latest`]);
  // What `web` is FROM is asked for by what it is made of.
  expect(asked.filter((line) => /^(?:GET|HEAD) (?:last-|\w+-latest)/.test(line)).sort()).toEqual(tags.sort());
  expect(asked).toHaveLength(tags.length + 4);
});
