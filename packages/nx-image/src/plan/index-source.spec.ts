import { factsOf, imageOf } from '../../testing/facts';
import { indexSource, isMadeOf } from './index-source';
import { planAnnotations } from './plan-index';

const repo = 'https://example.com/x';
const upstream = { repo, commit: '1'.repeat(40), name: 'refs/tags/v1' };
const builds = [
  { platform: 'linux/amd64', inputs: { key: 'a' } },
  { platform: 'linux/arm64', inputs: { key: 'b' } },
];

/** What a run publishes of these. */
function published(of: typeof builds, from: Partial<typeof upstream> | undefined) {
  const facts = factsOf();
  const description = { platforms: Object.fromEntries(of.map(({ platform, inputs }) => [platform, inputs])) };
  const image = imageOf('web', from === undefined ? {} : { upstream: { repo, ref: 'v1' } });
  const how = { base: undefined, created: facts.started, upstreamCommit: from?.commit, upstreamRef: from?.name };
  return { index: { annotations: planAnnotations({ image, facts, description, ...how }, 'v') }, description };
}

it('is true of what was made of the same', () => {
  expect(isMadeOf(published(builds, upstream), indexSource(builds, upstream))).toBe(true);
  expect(isMadeOf(published(builds, undefined), indexSource(builds, undefined))).toBe(true);
});

it('is not true of other inputs, or of another commit behind a tag, or another tag', () => {
  const anew = [{ platform: 'linux/amd64', inputs: { key: 'c' } }, ...builds.slice(1)];
  expect(isMadeOf(published(builds, upstream), indexSource(anew, upstream))).toBe(false);
  for (const change of [{ commit: '2'.repeat(40) }, { name: 'refs/tags/v2' }]) {
    expect(isMadeOf(published(builds, upstream), indexSource(builds, { ...upstream, ...change }))).toBe(false);
  }
});

it('takes no commit of a branch for a difference, and nothing that the index does not say', () => {
  const branch = { ...upstream, name: 'refs/heads/main' };
  expect(isMadeOf(published(builds, branch), indexSource(builds, { ...branch, commit: '2'.repeat(40) }))).toBe(true);
  const silent = { index: {}, description: undefined };
  expect(isMadeOf(silent, indexSource(builds, upstream))).toBe(true);
});
