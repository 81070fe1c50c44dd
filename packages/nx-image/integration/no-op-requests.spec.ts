import { ChangeStage } from '../testing/change-stage';
import { startFaultProxy, type FaultProxy } from '../testing/fault-proxy';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

/** Images FROM one base, and one that is FROM another of them. */
const NAMES = ['one', 'two', 'three', 'child'];
const PLATFORMS = 2;

let server: TestRegistry;
let proxy: FaultProxy;
let stage: ChangeStage;

beforeAll(async () => {
  server = await startRegistry();
  proxy = await startFaultProxy(server.host);
  stage = new ChangeStage(
    Object.fromEntries(NAMES.map((name) => [name, name === 'child' ? ['one'] : []])),
    proxy.host,
    'team/images',
  );
  await stage.pushBase('1', 'amd64', 'arm64');
  const config = [
    'build_backend: buildah',
    'platforms: [linux/amd64, linux/arm64]',
    "additional_tags: [latest, '1.0']",
    '',
  ];
  const base = (name: string) =>
    name === 'child' ? 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:one-latest' : `FROM ${proxy.host}/lib/alpine:1`;
  stage.writeImages(
    Object.fromEntries(
      NAMES.flatMap((name) => [
        [`${name}/build-config.yaml`, config.join('\n')],
        [`${name}/Dockerfile`, `${base(name)}\nCOPY data /\n`],
        [`${name}/data`, `${name}\n`],
      ]),
    ),
  );
});
afterAll(async () => {
  stage.remove();
  await proxy.stop();
  await server.stop();
});

const asked = () =>
  proxy.requests.reduce<Record<string, number>>((counts, one) => ({ ...counts, [one]: (counts[one] ?? 0) + 1 }), {});

test('a run with nothing to do asks as little as it can, and writes nothing', async () => {
  const { builds } = await stage.run();
  expect(builds.map(({ outcome }) => outcome)).toEqual(builds.map(() => 'built'));
  const before = asked();
  const again = await stage.run();
  expect([...again.builds, ...again.manifests].map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: NAMES.length * (PLATFORMS + 1) }, () => 'reused'),
  );
  const spent = Object.entries(asked()).map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const);
  const images = NAMES.length;
  const ofBase = { index: 1, children: PLATFORMS, configs: PLATFORMS };
  /** That the child is FROM: its config says what it is, and what is ONBUILD. */
  const ofParent = { configs: PLATFORMS };
  expect(Object.fromEntries(spent.filter(([, count]) => count > 0))).toEqual({
    // `in-…` of each platform, `last-…` of each image.
    'tag GET': images * PLATFORMS + images + ofBase.index,
    // The version, `latest` and `1.0`.
    'tag HEAD': images * 3,
    'manifest GET': ofBase.children,
    'blob GET': ofBase.configs + ofParent.configs,
  });
});

test('what is built anew says what it has in common with the version before, and whom it is FROM', async () => {
  const [before] = (await stage.run(['two'])).manifests;
  stage.writeImages({ 'two/data': 'another\n' });
  const { builds } = await stage.run(['two']);
  expect(builds.map(({ layers }) => layers?.length)).toEqual([2, 2]);
  for (const { outcome, shared, size = 0, parents } of builds) {
    expect({ outcome, parents }).toEqual({ outcome: 'built', parents: [] });
    // The base's layer, and not the one with the file.
    expect(shared).toEqual({ version: before?.versionTag, layers: 1, bytes: expect.any(Number) as number });
    expect(shared?.bytes).toBeLessThan(size);
  }
  const child = (await stage.run(['one', 'child'])).builds.filter(({ image }) => image === 'child');
  expect(child.map(({ parents }) => parents)).toEqual([['one'], ['one']]);
});
