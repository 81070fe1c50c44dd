import { factsOf, imageOf } from '../../testing/facts';
import { planAnnotations, UPSTREAM_ANNOTATION, UPSTREAM_REF_ANNOTATION } from './plan-index';
import { findMovedTag, isSameRef, readPublishedUpstream } from './published-upstream';

const ONE = '1'.repeat(40);
const TWO = '2'.repeat(40);
const repo = 'git@example.com:team/tool.git';

function written(ref: string, upstreamRef: string | undefined): Readonly<Record<string, string>> {
  const image = imageOf('tool', { upstream: { repo, ref } });
  const facts = factsOf();
  const of = { base: undefined, created: facts.started, description: { platforms: {} } };
  return planAnnotations({ image, facts, upstreamCommit: ONE, upstreamRef, ...of }, 'v');
}

it('reads what was written: an address may hold an @', () => {
  expect(readPublishedUpstream(written('v1', 'refs/tags/v1'))).toEqual({ repo, commit: ONE, ref: 'refs/tags/v1' });
  expect(readPublishedUpstream(written(ONE, undefined))).toEqual({ repo, commit: ONE, ref: undefined });
});

it.each([
  [undefined],
  [{}],
  [{ [UPSTREAM_ANNOTATION]: ONE }],
  [{ [UPSTREAM_ANNOTATION]: `@${ONE}` }],
  [{ [UPSTREAM_ANNOTATION]: `${repo}@main` }],
  [{ [UPSTREAM_ANNOTATION]: 1, [UPSTREAM_REF_ANNOTATION]: {} }],
])('takes %j for none', (annotations) => {
  expect(readPublishedUpstream(annotations)).toBeUndefined();
});

it.each([
  ['v1', 'refs/tags/v1', TWO, true],
  ['refs/tags/v1', 'refs/tags/v1', TWO, true],
  ['v1', 'refs/tags/v1', ONE, false],
  ['v2', 'refs/tags/v1', TWO, false],
  ['main', 'refs/heads/main', TWO, false],
  [TWO, 'refs/tags/v1', TWO, false],
  [TWO, undefined, TWO, false],
])('the config says %s, published was %s, and it is %s now: a tag that moved? %s', (ref, was, commit, moved) => {
  const published = readPublishedUpstream(written(ref, was));
  const tag = { ref: 'refs/tags/v1', from: ONE, to: TWO };
  expect(findMovedTag(published, { repo, ref }, commit)).toEqual(moved ? tag : undefined);
  expect(findMovedTag(published, { repo: 'https://example.com/other', ref }, commit)).toBeUndefined();
});

it('knows a ref by what it can mean', () => {
  const published = { repo, commit: ONE, ref: 'refs/heads/main' };
  expect(
    ['main', 'refs/heads/main', 'heads/main', 'refs/tags/main', 'other'].map((ref) =>
      isSameRef(published, { repo, ref }),
    ),
  ).toEqual([true, true, true, false, false]);
});
