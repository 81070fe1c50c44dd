import { BY_HAND, MAIN, RELEASE, SCHEDULE } from '../testing/gitlab-variables';
import { BOTH, servePlanning, work, type Planning } from '../testing/planning-stage';

const { open } = servePlanning();

const TAG = { ...MAIN, CI_COMMIT_BRANCH: '', CI_COMMIT_TAG: 'v1' };

describe.each([
  ['a tag', TAG],
  ['a tag that somebody runs a pipeline for', { ...TAG, CI_PIPELINE_SOURCE: 'web' }],
  ['a schedule of a branch that is not the default one', { ...RELEASE, CI_PIPELINE_SOURCE: 'schedule' }],
])('%s, of an older commit', (_, env) => {
  let stage: Planning;
  beforeAll(async () => {
    stage = open();
    await stage.publish();
    stage.workspace.write({ 'images/other/c': 'a fix of the default branch\n' });
    await stage.publish();
    stage.workspace.write({ 'images/other/c': 'c\n' });
  });

  it('leaves the tags of what was published since', async () => {
    expect(work(await stage.plan(env))).toEqual({});
    expect(work(await stage.plan(env, { missing: false }))).toEqual({});
  });

  it('has them by name, and by FORCE_ALL, where somebody may ask', async () => {
    const asked = { ...env, ...(env === TAG ? { CI_PIPELINE_SOURCE: 'web' } : {}) };
    expect(work(await stage.plan({ ...asked, IMAGES: 'other' }))).toEqual({ other: 'publish' });
    expect(work(await stage.plan({ ...asked, IMAGES: 'other', FORCE_ALL: 'true' }))).toEqual({ other: BOTH });
  });

  it('builds what nobody has published', async () => {
    stage.workspace.write({ 'images/other/c': 'of this commit alone\n' });
    expect(work(await stage.plan(env))).toEqual({ other: BOTH });
    expect(work(await stage.plan(env, { missing: false }))).toEqual({ other: BOTH });
    stage.workspace.write({ 'images/other/c': 'c\n' });
  });

  it('fails for what cannot be built', async () => {
    stage.workspace.write({ 'images/other/Dockerfile': 'FROM scratch\nCOPY --from=${NOTHING} c /\n' });
    expect(Object.keys(work(await stage.plan(env)))).toEqual(['other']);
    stage.workspace.write({ 'images/other/Dockerfile': 'FROM scratch\nCOPY c /\n' });
  });

  it.each([
    ['a push to the default branch', MAIN],
    ['its schedule', SCHEDULE],
    ['a pipeline of it by hand', BY_HAND],
  ])('is no %s, which has them again', async (_name, own) => {
    expect(work(await stage.plan(own, { affected: own === MAIN ? [] : 'all' }))).toEqual({ other: 'publish' });
  });
});
