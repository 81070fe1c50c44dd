import type { ImageDrift } from '../plan/drift';
import { driftExitCode, driftRunText, driftText } from './drift-text';

const PLAIN = { color: false };

function drift(image: string, more: Partial<ImageDrift> = {}): ImageDrift {
  return { image, root: `images/${image}`, published: true, changes: [], parents: [], unknown: [], ...more };
}
const MOVED = drift('web', {
  changes: [
    {
      ...{ kind: 'base', how: 'moved', name: 'docker.io/library/alpine:3.22' },
      ...{ from: 'a'.repeat(16), to: 'b'.repeat(16), platforms: ['linux/arm64'] },
    },
    { kind: 'upstream', how: 'moved', name: 'https://example.com/x', from: '1a2b3c4', to: '9f8e7d6' },
  ],
  parents: ['base'],
});
const TAG = drift('kaniko', {
  tag: { repo: 'https://example.com/k\u001b[2J', ref: 'refs/tags/v1.25.3', from: '1'.repeat(40), to: '2'.repeat(40) },
});
const UNKNOWN = drift('curl', {
  unknown: [{ code: 'REGISTRY_UNREACHABLE', message: 'no\nanswer' }, { message: 'mute' }],
});

const of = (...asked: readonly ImageDrift[]) => ({ asked, parents: [] });

it('says what moved, loudly what may not, what is not known, and what was never published', () => {
  const text = driftText(of(MOVED, drift('same'), TAG, UNKNOWN, drift('new', { published: false })), PLAIN);
  expect(text.split('\n')).toEqual([
    'Moved since they were published:',
    '  web     base alpine:3.22 moved sha256:aaaaaaaaaaaa… → sha256:bbbbbbbbbbbb… (linux/arm64 only)',
    '          upstream https://example.com/x moved 1a2b3c4 → 9f8e7d6',
    '          FROM base, which moved',
    '',
    'A TAG OF AN UPSTREAM MOVED. It is not built:',
    '  kaniko  v1.25.3 of https://example.com/k\\x1b[2J',
    `          was ${'1'.repeat(40)}`,
    `          is  ${'2'.repeat(40)}`,
    '          Find out from the upstream why. Then `upstream_moving: true`, or the commit as `upstream_ref`.',
    '',
    'Not known:',
    '  curl    REGISTRY_UNREACHABLE no answer',
    '          mute',
    '',
    'Never published:',
    '  new',
    '',
    '5 images: 1 moved, 1 with an upstream’s tag that moved, of 1 not all is known',
  ]);
  expect(driftText(of(drift('web')), PLAIN)).toBe('1 image: nothing moved');
  expect(driftText(of(TAG), { color: true })).toContain('\u001b[31m');
});

it('says what is built, and what is not for a tag that moved', () => {
  const held = [{ project: 'c', by: 'd' }];
  expect(driftRunText({ projects: ['a', 'b'], held }, [drift('a', { parents: ['b'] })], PLAIN)).toBe(
    'c is not built: it is FROM d, the tag of whose upstream moved\nBuilding these and what is FROM them: a, b',
  );
  expect(driftRunText({ projects: [], held: [] }, [TAG], PLAIN)).toBe('Nothing is built.');
});

it('says of an upstream that moved that nothing of it may be in the image', () => {
  expect(driftRunText({ projects: ['web'], held: [] }, [MOVED, drift('same')], PLAIN).split('\n')).toEqual([
    'Building these and what is FROM them: web',
    'An upstream may have moved with nothing of it in the image: then no new version comes of it, and it is listed again. Of: web',
  ]);
});

it.each<[number, readonly ImageDrift[], boolean | undefined]>([
  [0, [drift('web'), drift('new', { published: false })], undefined],
  [3, [MOVED], undefined],
  [0, [MOVED], true],
  [1, [MOVED], false],
  [1, [MOVED, UNKNOWN], undefined],
  [1, [MOVED, UNKNOWN], true],
  [4, [MOVED, UNKNOWN, TAG], undefined],
  [4, [MOVED, TAG], false],
])('ends with %d', (code, drifts, built) => {
  expect(driftExitCode(of(...drifts), built)).toBe(code);
});

it('says of images that were not asked about, and that one is FROM, what makes the answer unsure', () => {
  const asked = [drift('app'), drift('web')];
  const parents = [drift('base'), TAG, UNKNOWN];
  expect(driftText({ asked, parents }, PLAIN).split('\n')).toEqual([
    'A TAG OF AN UPSTREAM MOVED. It is not built:',
    expect.stringMatching(/^ {2}kaniko {2}v1/),
    ...Array.from({ length: 3 }, () => expect.any(String) as string),
    '',
    'Not known:',
    '  curl    REGISTRY_UNREACHABLE no answer',
    '          mute',
    '',
    '2 images and 2 of those that they are FROM: nothing moved, 1 with an upstream’s tag that moved, of 1 not all is known',
  ]);
  expect(driftExitCode({ asked, parents }, undefined)).toBe(4);
  expect(driftExitCode({ asked, parents: [UNKNOWN] }, undefined)).toBe(1);
  expect(driftText({ asked: [drift('web')], parents: [UNKNOWN] }, PLAIN)).toContain(
    '1 image and 1 of those that it is FROM:',
  );
});
