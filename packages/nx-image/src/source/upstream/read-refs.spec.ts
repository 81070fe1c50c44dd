import { chooseRef, isCommit, patternsOf, readRefs } from './read-refs';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

const LISTED = readRefs(
  [
    `${A}\trefs/heads/main`,
    `${B}\trefs/tags/v1`,
    `${C}\trefs/tags/v1^{}`,
    `${A}\trefs/heads/v1`,
    `${B.toUpperCase()}\trefs/pull/1/head`,
    `${B}\tHEAD`,
    `${C}\trefs/heads/refs/heads/main`,
    'ref: refs/heads/main\tHEAD',
    'warning: nothing',
    '',
  ].join('\n'),
);

it.each([
  ['main', { commit: A, name: 'refs/heads/main', ambiguous: false }],
  ['v1', { commit: C, name: 'refs/tags/v1', ambiguous: true }],
  ['refs/heads/v1', { commit: A, name: 'refs/heads/v1', ambiguous: false }],
  ['refs/tags/v1', { commit: C, name: 'refs/tags/v1', ambiguous: false }],
  ['pull/1/head', { commit: B, name: 'refs/pull/1/head', ambiguous: false }],
  ['HEAD', { commit: B, name: 'HEAD', ambiguous: false }],
  ['v2', undefined],
])('%s is the tag before the branch, and the commit that an annotated tag points at', (ref, chosen) => {
  expect(chooseRef(LISTED, ref)).toEqual(chosen);
});

it('asks for every name that a ref can have, and for what a tag points at', () => {
  expect(patternsOf('v1')).toEqual([
    'refs/tags/v1',
    'refs/tags/v1^{}',
    'refs/heads/v1',
    'refs/heads/v1^{}',
    'refs/v1',
    'refs/v1^{}',
  ]);
  expect(patternsOf('refs/heads/x')).toEqual(['refs/heads/x', 'refs/heads/x^{}']);
});

it('takes 40 hex digits for a commit, and fewer for a name', () => {
  expect([A, A.toUpperCase(), A.slice(1), `${A}a`].map(isCommit)).toEqual([true, true, false, false]);
});
