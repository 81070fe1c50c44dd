import type { AskedFor } from '../testing/fault-proxy';
import { freePort } from '../testing/free-port';
import { MAIN, MERGE_REQUEST } from '../testing/gitlab-variables';
import { allBuilt, endsOf, servePipelines } from '../testing/serve-pipelines';

const { open, proxy } = servePipelines();
const DENIED = { kind: 'status', status: 403 } as const;
const ALL = ['base', 'web', 'other'];

describe.each([
  ['a merge request', MERGE_REQUEST, '/mr12-last-base', [...allBuilt('web').slice(0, 2), 'web failed']],
  ['the default branch', MAIN, '/last-base', ['web linux/amd64 skipped', 'web linux/arm64 skipped', 'web skipped']],
])('a registry that does not say of %s whether the base is published', (_, env, path, ends) => {
  it('costs the image that is FROM it, and no other', async () => {
    const { stage } = open(env);
    const plan = await stage.plan();
    await stage.build(plan);
    expect((await stage.publish(plan, ['base'])).results).toMatchObject([{ manifest: { outcome: 'built' } }]);
    proxy().fail('tag GET', DENIED, Number.POSITIVE_INFINITY, path);
    const end = await stage.publish(plan, ['web', 'other']);
    proxy().fail('tag GET', DENIED, 0);
    expect(endsOf(end)).toEqual([...ends, ...allBuilt('other')]);
    const [web] = end.results;
    expect([...(web?.builds ?? []), web?.manifest].map((one) => one?.reason).join()).toContain(`${path}: HTTP 403`);
    expect(end.failed).toBe(true);
    expect(endsOf(await stage.publish(plan, ['web'])).at(-1)).toBe('web built');
  });
});

it('a registry that refuses a kind of request gives each image its result, and a later try publishes all', async () => {
  const { stage } = open(MAIN);
  const plan = await stage.plan();
  await stage.build(plan);
  const kinds: AskedFor[] = ['blob GET', 'manifest GET', 'tag GET', 'tag HEAD', 'manifest PUT', 'tag PUT'];
  for (const kind of kinds) {
    proxy().fail(kind, DENIED);
    const end = await stage.publish(plan, ALL);
    proxy().fail(kind, DENIED, 0);
    expect({ kind, failed: end.failed }).toEqual({ kind, failed: true });
    expect(end.results.map(({ image, manifest }) => [image, manifest?.outcome === 'built'])).toEqual(
      ALL.map((image) => [image, false]),
    );
  }
  const last = endsOf(await stage.publish(plan, ALL));
  for (const image of ALL) expect(last).toContain(`${image} built`);
});

it('a registry that is not there is what each image says', async () => {
  const { stage } = open(MAIN);
  const plan = await stage.plan();
  const end = await stage.publish(plan, ALL, { repository: `127.0.0.1:${await freePort()}/team/images` });
  expect(end.failed).toBe(true);
  expect(endsOf(end)).toEqual([
    ...['base linux/amd64 failed REGISTRY_UNREACHABLE', 'base linux/arm64 failed REGISTRY_UNREACHABLE', 'base skipped'],
    ...['web linux/amd64 skipped', 'web linux/arm64 skipped', 'web skipped'],
    ...['other linux/amd64 failed REGISTRY_UNREACHABLE', 'other linux/arm64 failed REGISTRY_UNREACHABLE'],
    'other skipped',
  ]);
});
