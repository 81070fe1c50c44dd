import { startImmutableRegistry, type ImmutableRegistry, type Refusal } from '../testing/immutable-registry';
import { ImageWorkspace, type ImageRun, type ImageRunOptions } from '../testing/image-workspace';
import { startRegistry, type TestRegistry } from '../testing/registry-server';
import { threeImages } from '../testing/three-images';

const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64]\nadditional_tags: [latest]\n';
const FILES = threeImages(CONFIG);

let server: TestRegistry;
let count = 0;
const workspaces: ImageWorkspace[] = [];
const proxies: ImmutableRegistry[] = [];

beforeAll(async () => {
  server = await startRegistry();
});
afterAll(async () => {
  for (const workspace of workspaces) workspace.remove();
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await server.stop();
});

/** A workspace of `base`, `web` FROM it and `other`, with a repository of its own. */
function open(
  files: Readonly<Record<string, string>> = {},
  parents: Readonly<Record<string, readonly string[]>> = { base: [], web: ['base'], other: [] },
) {
  const repository = `${server.host}/team/images${++count}`;
  const workspace = new ImageWorkspace(parents, { ...FILES, ...files });
  workspaces.push(workspace);
  return {
    workspace,
    repository,
    run: (started: string, options: Partial<ImageRunOptions> = {}) =>
      workspace.run({ repository, started, env: { HEPHY_PUBLISH: 'true' }, ...options }),
    /** A pipeline of a protected branch, created at a moment. */
    pipeline: (created: string, started = created) =>
      workspace.run({
        ...{ repository, started },
        env: { GITLAB_CI: 'true', CI: 'true', CI_PIPELINE_CREATED_AT: created, CI_COMMIT_REF_PROTECTED: 'true' },
      }),
    tags: () => snapshot(repository),
  };
}

/** All tags and what they name, attempts of builders apart. */
async function snapshot(repository: string): Promise<Readonly<Record<string, string>>> {
  const [host = '', ...path] = repository.split('/');
  const at = `http://${host}/v2/${path.join('/')}`;
  const { tags } = (await (await fetch(`${at}/tags/list`)).json()) as { readonly tags: readonly string[] | null };
  const accept =
    'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
  const found = (tags ?? [])
    .filter((tag) => !tag.startsWith('push-'))
    .map(async (tag) => {
      const { headers } = await fetch(`${at}/manifests/${tag}`, { method: 'HEAD', headers: { accept } });
      return [tag, headers.get('docker-content-digest') ?? ''] as const;
    });
  return Object.fromEntries(await Promise.all(found));
}

function outcomes({ builds }: ImageRun): string {
  return Object.entries(builds)
    .map(([name, { outcome, reason }]) => `${name} ${outcome}${outcome === 'failed' ? `: ${reason}` : ''}`)
    .join(', ');
}

const ALL_BUILT = 'base built, web built, other built';
const ALL_REUSED = 'base reused, web reused, other reused';
const LISTED_BUILT = 'base built, web built, other reused';

// Mondays: 1, 8, 15 and 22 January 2024.
describe('what must not grow old', () => {
  it('is built by the first run of the week, with what is FROM it; all others reuse it', async () => {
    const { pipeline, tags } = open({ 'rebuild-weekly.txt': 'images/base/ # it has packages\n' });
    expect(outcomes(await pipeline('2024-01-10T12:00:00Z'))).toBe(ALL_BUILT);
    const first = await tags();
    expect(outcomes(await pipeline('2024-01-14T23:59:59Z'))).toBe(ALL_REUSED);
    expect(await tags()).toEqual(first);

    // The pipeline's clock counts, and no machine's.
    const scheduled = await pipeline('2024-01-15T00:00:01+00:00', '2024-01-14T12:00:00Z');
    expect(outcomes(scheduled)).toBe(LISTED_BUILT);
    expect(scheduled.builds.base?.inputs).toMatchObject({ period: '2024-01-15/7d' });
    const second = await tags();
    for (const tag of ['base-latest', 'web-latest']) expect(second[tag]).not.toBe(first[tag]);
    expect(second['other-latest']).toBe(first['other-latest']);
    expect(outcomes(await pipeline('2024-01-15T03:00:00Z'))).toBe(ALL_REUSED);
    expect(outcomes(await pipeline('2024-01-21T23:59:59Z'))).toBe(ALL_REUSED);
    expect(await tags()).toEqual(second);
  });

  it('is not taken back by a pipeline of the last week that ends in this one', async () => {
    const { pipeline, tags } = open({ 'rebuild-weekly.txt': 'base\n' });
    await pipeline('2024-01-12T12:00:00Z');
    await pipeline('2024-01-15T00:05:00Z');
    const before = await tags();
    const late = await pipeline('2024-01-14T23:50:00Z');
    expect(outcomes(late)).toBe(ALL_REUSED);
    const after = await tags();
    for (const tag of Object.keys(before)) expect([tag, after[tag]]).toEqual([tag, before[tag]]);
  });

  it('stays what it is when it is taken off the list, and is as fresh as it is when it comes back', async () => {
    const { workspace, run } = open();
    const built = await run('2024-01-03T12:00:00Z');
    workspace.write({ 'rebuild-weekly.txt': 'base\n' });
    const listed = await run('2024-01-16T12:00:00Z');
    expect(outcomes(listed)).toBe(LISTED_BUILT);
    expect(listed.builds.base?.digest).not.toBe(built.builds.base?.digest);

    workspace.write({ 'rebuild-weekly.txt': '# base\n' });
    for (const started of ['2024-01-17T12:00:00Z', '2024-02-07T12:00:00Z']) {
      const off = await run(started);
      expect(outcomes(off)).toBe(ALL_REUSED);
      expect(off.builds.base?.digest).toBe(listed.builds.base?.digest);
      expect(off.manifests.base?.digest).toBe(listed.manifests.base?.digest);
    }
    workspace.write({ 'images/base/build-config.yaml': `${CONFIG}max_age: 8w\n` });
    expect(outcomes(await run('2024-02-07T13:00:00Z'))).toBe(ALL_REUSED);
    workspace.write({ 'rebuild-weekly.txt': 'base\n' });
    const back = await run('2024-02-07T14:00:00Z');
    expect(outcomes(back)).toBe(LISTED_BUILT);
    expect(back.builds.base?.inputs).toMatchObject({ period: '2024-02-05/7d' });
  });

  it('ends a run before its first step where the list names what is none', async () => {
    const { run, tags } = open({ 'rebuild-weekly.txt': 'base\n\nwbe # oh\n' });
    await expect(run('2024-01-03T12:00:00Z')).rejects.toMatchObject({
      errors: [
        { code: 'WEEKLY_LIST_INVALID', where: { file: 'rebuild-weekly.txt', line: 3 }, hint: 'Did you mean web?' },
      ],
    });
    expect(await tags()).toEqual({});
  });
});

describe('--rebuild', () => {
  it('builds what is named and what is FROM it; ordinary runs go on from there', async () => {
    const { run, tags } = open();
    const first = await run('2024-01-03T12:00:00Z');
    const before = await tags();
    const rebuilt = await run('2024-01-03T13:00:00Z', { rebuild: ['base'] });
    expect(outcomes(rebuilt)).toBe(LISTED_BUILT);
    expect(rebuilt.builds.base).toMatchObject({
      inputKey: first.builds.base?.inputKey,
      reason: 'asked for by --rebuild',
    });
    const after = await tags();
    expect(after[`in-${first.builds.base?.inputKey ?? ''}`]).toBe(rebuilt.builds.base?.digest);
    expect(after['base-latest']).not.toBe(before['base-latest']);
    expect(after['web-latest']).not.toBe(before['web-latest']);
    expect(after['other-latest']).toBe(before['other-latest']);

    const ordinary = await run('2024-01-03T14:00:00Z');
    expect(outcomes(ordinary)).toBe(ALL_REUSED);
    expect(ordinary.builds.base?.digest).toBe(rebuilt.builds.base?.digest);
    expect(await tags()).toEqual(after);
  });

  it('goes for all images of the run, each input built once', async () => {
    const { run, workspace } = open();
    workspace.write({
      'images/other/Dockerfile': FILES['images/base/Dockerfile'],
      'images/other/a': 'a\n',
      'images/other/c': undefined,
    });
    await run('2024-01-03T12:00:00Z');
    const { builds } = await run('2024-01-03T13:00:00Z', { rebuild: 'all' });
    expect(outcomes({ builds, manifests: {}, events: [] })).toBe('base built, web built, other reused');
    expect(builds.other?.digest).toBe(builds.base?.digest);
  });

  it('has what it built in a merge request, though trusted runs left another', async () => {
    const { run, workspace } = open();
    workspace.write({
      'images/other/Dockerfile': FILES['images/base/Dockerfile'],
      'images/other/a': 'a\n',
      'images/other/c': undefined,
    });
    const trusted = await run('2024-01-03T12:00:00Z');
    const env = { GITLAB_CI: 'true', CI: 'true', CI_MERGE_REQUEST_IID: '7' };
    const { builds } = await run('2024-01-03T13:00:00Z', { rebuild: 'all', env });
    expect(outcomes({ builds, manifests: {}, events: [] })).toBe('base built, web built, other reused');
    expect(builds.base?.digest).not.toBe(trusted.builds.base?.digest);
    expect(builds.other?.digest).toBe(builds.base?.digest);
  });

  it('leaves what is FROM a base alone whose bytes came out the same', async () => {
    const { run, tags } = open({ 'images/base/build-config.yaml': `${CONFIG}reproducible: true\n` });
    await run('2024-01-03T12:00:00Z');
    const before = await tags();
    expect(outcomes(await run('2024-01-03T13:00:00Z', { rebuild: ['base'] }))).toBe(
      'base built, web reused, other reused',
    );
    expect(await tags()).toEqual(before);
  });

  it('names what there is, or builds nothing', async () => {
    const { run } = open();
    await run('2024-01-03T12:00:00Z');
    await expect(run('2024-01-03T13:00:00Z', { rebuild: ['bsae', 'images/other'] })).rejects.toMatchObject({
      errors: [{ code: 'OPTIONS_INVALID', message: 'there is no image `bsae` to rebuild', hint: 'Did you mean base?' }],
    });
    expect(outcomes(await run('2024-01-03T13:00:00Z', { rebuild: ['images/other'] }))).toBe(
      'base reused, web reused, other built',
    );
  });
});

describe('a registry with immutable tags', () => {
  /** A workspace whose repository is behind a registry that lets only tags be overwritten that are exempt. */
  const openBehind = async (
    exempt: RegExp,
    { refusal, ...more }: { refusal?: Refusal; config?: string; web?: readonly string[] } = {},
  ) => {
    const registry = await startImmutableRegistry(server.host, exempt, refusal);
    proxies.push(registry);
    const { repository, run, tags } = open(
      { 'images/base/build-config.yaml': more.config ?? CONFIG },
      { base: [], ...(more.web === undefined ? {} : { web: more.web }) },
    );
    const behind = repository.replace(server.host, registry.host);
    return {
      registry,
      tags,
      run: (started: string, options: Partial<ImageRunOptions> = {}) =>
        run(started, { repository: behind, ...options }),
    };
  };
  const wasBuilt = ({ events }: ImageRun): boolean => events.some(({ kind }) => kind === 'building');
  const TRIED = `in-${'0'.repeat(64)}`;

  it('has the input tag replaced before any other', async () => {
    const { run, registry } = await openBehind(/^(?:in|last)-|-latest$/, { web: ['base'] });
    const { builds } = await run('2024-01-03T12:00:00Z');
    const before = registry.written.length;
    expect(outcomes(await run('2024-01-03T13:00:00Z', { rebuild: ['base'] }))).toBe('base built, web built');
    const written = registry.written.slice(before).filter((tag) => tag !== TRIED && !tag.startsWith('push-'));
    expect(written[0]).toBe(`in-${builds.base?.inputKey ?? ''}`);
    expect(written.at(-1)).toBe('web-latest');
  });

  it.each<[string, Refusal | undefined]>([
    ['400, as ECR', undefined],
    ['403', { status: 403, code: 'DENIED', message: 'tag is immutable' }],
  ])('is found before anything is built, and nothing moves: %s', async (_, refusal) => {
    const { run, tags } = await openBehind(/^last-|-latest$/, refusal === undefined ? {} : { refusal });
    await run('2024-01-03T12:00:00Z');
    const before = await tags();
    const refused = await run('2024-01-03T13:00:00Z', { rebuild: 'all' });
    expect(refused.builds.base).toMatchObject({ outcome: 'failed', error: { code: 'TAG_IMMUTABLE' } });
    expect(wasBuilt(refused)).toBe(false);
    expect(await tags()).toEqual({ ...before, [TRIED]: expect.any(String) as string });
    expect(outcomes(await run('2024-01-03T14:00:00Z'))).toBe('base reused');
  });

  it('is found after the build at the latest, and nothing moves then either', async () => {
    const { run, tags } = await openBehind(new RegExp(`^last-|-latest$|^${TRIED}$`));
    await run('2024-01-03T12:00:00Z');
    const before = await tags();
    const refused = await run('2024-01-03T13:00:00Z', { rebuild: ['base'] });
    expect(refused.builds.base).toMatchObject({ outcome: 'failed', error: { code: 'TAG_IMMUTABLE' } });
    expect(wasBuilt(refused)).toBe(true);
    // By then it has written tags that do not move.
    expect(refused.builds.base?.error?.hint).toContain('No tag of the image’s index has moved');
    expect(await tags()).toEqual({ ...before, [TRIED]: expect.any(String) as string });
  });

  it('builds what it has not, and what is never reused once', async () => {
    const { run } = await openBehind(/^last-|-latest$/, { config: `${CONFIG}reuse: false\n` });
    expect(outcomes(await run('2024-01-03T12:00:00Z', { rebuild: 'all' }))).toBe('base built');
    const again = await run('2024-01-03T13:00:00Z');
    expect(again.builds.base).toMatchObject({ outcome: 'failed', error: { code: 'TAG_IMMUTABLE' } });
  });
});
