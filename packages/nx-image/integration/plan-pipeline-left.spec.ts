import { pushImage, pushIndex } from '../testing/fixture-images';
import { MAIN, RELEASE, SCHEDULE } from '../testing/gitlab-variables';
import { BOTH, ON_BASE, servePlanning, work, type Planning } from '../testing/planning-stage';
import { CONFIG } from '../testing/three-images';

const { open, host, proxy } = servePlanning();
const UNTOUCHED = { affected: [] };
const SCRATCH = 'FROM scratch\nCOPY c /\n';
const BROKEN = 'FROM scratch\nCOPY --from=${NOTHING} c /\n';

/** Answers its digest. */
async function pushBase(tag: string): Promise<string> {
  const children = await Promise.all(
    ['linux/amd64', 'linux/arm64'].map((platform) =>
      pushImage(host(), 'lib/base', undefined, { platform, files: { tag: { content: `${tag} ${platform}` } } }),
    ),
  );
  return pushIndex(
    host(),
    'lib/base',
    tag,
    children.map(({ descriptor }) => descriptor),
  );
}

describe('an image that cannot be built, and that a push has not touched', () => {
  let stage: Planning;
  const isNote = async (env: Readonly<Record<string, string>>) => {
    const planned = await stage.plan(env, UNTOUCHED);
    expect(work(planned)).toEqual({});
    expect(planned.notes).toEqual([expect.stringMatching(/^other was only looked at, and cannot be built: /)]);
    expect({ upToDate: planned.upToDate, broken: planned.broken, byHand: planned.byHand }).toEqual({
      ...{ upToDate: 2, broken: 1, byHand: 0 },
    });
  };
  beforeAll(async () => {
    const digest = await pushBase('1');
    stage = open({ 'images/other/Dockerfile': `FROM ${proxy().host}/lib/base:1\nCOPY c /\n` });
    await stage.publish();
    await fetch(`http://${host()}/v2/lib/base/manifests/${digest}`, { method: 'DELETE' });
  });

  it('is a note, and not up to date, where what it stands on has vanished', async () => {
    stage.workspace.write({ 'README.md': 'another push\n', 'images/others/README.md': 'beside it\n' });
    await isNote(MAIN);
    expect(Object.keys(work(await stage.plan(SCHEDULE)))).toEqual(['other']);
  });

  it('is a job that fails where an earlier push has touched it, whose pipeline was cancelled', async () => {
    stage.workspace.write({ 'images/other/c': 'changed\n' });
    stage.workspace.write({ 'README.md': 'one more push\n' });
    const planned = await stage.plan(MAIN, UNTOUCHED);
    expect(Object.keys(work(planned))).toEqual(['other']);
    expect(planned.images[0]?.failed?.code).toMatch(/^BASE_/);
    expect({ upToDate: planned.upToDate, broken: planned.broken, notes: planned.notes }).toEqual({
      ...{ upToDate: 2, broken: 0, notes: [] },
    });
    // Of a branch that is not the default one, and that the published commit is in.
    expect(Object.keys(work(await stage.plan(RELEASE, UNTOUCHED)))).toEqual(['other']);
    stage.workspace.write({ 'images/other/c': 'c\n' });
    await isNote(MAIN);
  });
});

it('fails where its Dockerfile was broken by a push whose pipeline was cancelled, or it never was published', async () => {
  const stage = open({ 'images/other/Dockerfile': BROKEN });
  await stage.publish();
  expect(Object.keys(work(await stage.plan(MAIN, UNTOUCHED)))).toEqual(['other']);
  stage.workspace.write({ 'images/other/Dockerfile': SCRATCH });
  await stage.publish();
  expect(work(await stage.plan(MAIN, UNTOUCHED))).toEqual({});
  stage.workspace.write({ 'images/other/Dockerfile': BROKEN });
  stage.workspace.write({ 'README.md': 'without it\n' });
  expect(Object.keys(work(await stage.plan(MAIN, UNTOUCHED)))).toEqual(['other']);
});

it('is a note where the commit that was published is not known any more, and where it is built by hand', async () => {
  const stage = open();
  await stage.publish();
  stage.workspace.write({ 'images/other/Dockerfile': BROKEN });
  stage.workspace.forget();
  expect((await stage.plan(MAIN, UNTOUCHED)).broken).toBe(1);
  stage.workspace.write({
    'images/other/Dockerfile': SCRATCH,
    'images/base/Dockerfile': BROKEN,
    'images/base/build-config.yaml': `${CONFIG}manual_build: true\n`,
  });
  expect(work(await stage.plan(MAIN, UNTOUCHED))).toEqual({});
});

it('counts what is built by hand and is not there apart', async () => {
  const { plan } = open({ 'images/base/build-config.yaml': `${CONFIG}manual_build: true\n` });
  const planned = await plan(MAIN, UNTOUCHED);
  expect(work(planned)).toEqual({ other: BOTH });
  expect({ upToDate: planned.upToDate, broken: planned.broken, byHand: planned.byHand }).toEqual({
    ...{ upToDate: 0, broken: 0, byHand: 2 },
  });
  const asked = await plan(MAIN, { affected: ['web'] });
  expect(work(asked)).toEqual({ base: `${BOTH}, manual`, other: BOTH, web: `${ON_BASE}, manual` });
  expect(asked.byHand).toBe(0);
});
