import { digestOf } from '../oci/digest';
import { MediaType, type ImageIndex } from '../oci/manifest';
import { imageOf } from '../../testing/facts';
import { shortOf, type BaseDescription, type PlatformDescription } from './description';
import type { BaseNow, DriftSubject, ImageDrift } from './drift';
import { askAbout, movedBases } from './drift-questions';
import { findDrift } from './find-drift';

const digest = (text: string) => digestOf(text);
const short = (text: string) => shortOf(digest(text));

function indexOf(children: Readonly<Record<string, string>>): ImageIndex {
  const manifests = Object.entries(children).map(([platform, content]) => {
    const [os = '', architecture = ''] = platform.split('/');
    return { mediaType: MediaType.ociManifest, digest: digest(content), size: 1, platform: { os, architecture } };
  });
  return { schemaVersion: 2, manifests };
}

function describe(bases: readonly BaseDescription[], more: Partial<PlatformDescription> = {}): PlatformDescription {
  return {
    ...{ key: 'k', context: 'c', dockerfile: 'd', args: {}, labels: {}, builder: 'kaniko', flags: [], epoch: '0' },
    bases,
    ...more,
  };
}

interface Made {
  readonly bases?: Readonly<Record<string, readonly BaseDescription[]>>;
  readonly index?: ImageIndex;
}

function subject(name: string, { bases = {}, index }: Made = {}, config = {}): DriftSubject {
  const platforms = { 'linux/amd64': describe([]), 'linux/arm64': describe([]) };
  for (const [platform, all] of Object.entries(bases)) Object.assign(platforms, { [platform]: describe(all) });
  return {
    image: imageOf(name, config),
    last: {
      kind: 'published',
      version: `${name}-20261120-1a2b3c4`,
      index: index ?? indexOf({ 'linux/amd64': `${name} amd64`, 'linux/arm64': `${name} arm64` }),
      description: { platforms },
      upstream: undefined,
    },
  };
}

const ALPINE = 'docker.io/library/alpine:3.22';
const was = (platform: string, more: Partial<BaseDescription> = {}): BaseDescription => ({
  ...{ name: ALPINE, index: short('old'), child: short(`${platform} old`) },
  ...more,
});
const now = (children: Readonly<Record<string, string>>): BaseNow => ({
  kind: 'there',
  digest: digest('new'),
  index: indexOf(children),
});

function find(subjects: readonly DriftSubject[], bases: Readonly<Record<string, BaseNow>> = {}): readonly ImageDrift[] {
  const images = subjects.map(({ image }) => image);
  const answers = { bases: new Map(Object.entries(bases)), refOf: () => undefined, now: '2026-11-22T10:00:00Z' };
  return findDrift(subjects, answers, (own) => images.find(({ name }) => own.startsWith(`${name}-`)));
}

const CHANGE = { kind: 'base', how: 'moved', name: ALPINE, from: short('old'), to: short('new') };

it.each<[string, Made['bases'], Readonly<Record<string, string>>, readonly object[]]>([
  [
    'both platforms',
    { 'linux/amd64': [was('linux/amd64')], 'linux/arm64': [was('linux/arm64')] },
    { 'linux/amd64': 'a', 'linux/arm64': 'b' },
    [CHANGE],
  ],
  [
    'one of two',
    { 'linux/amd64': [was('linux/amd64')], 'linux/arm64': [was('linux/arm64')] },
    { 'linux/amd64': 'linux/amd64 old', 'linux/arm64': 'b' },
    [{ ...CHANGE, platforms: ['linux/arm64'] }],
  ],
  [
    'the one that has it',
    { 'linux/amd64': [was('linux/amd64')] },
    { 'linux/amd64': 'a', 'linux/arm64': 'b' },
    [{ ...CHANGE, platforms: ['linux/amd64'] }],
  ],
  [
    'none, but for one that nobody is built for',
    { 'linux/amd64': [was('linux/amd64')], 'linux/arm64': [was('linux/arm64')] },
    { 'linux/amd64': 'linux/amd64 old', 'linux/arm64': 'linux/arm64 old', 'linux/s390x': 'c' },
    [],
  ],
  [
    'a platform that the base no longer has',
    { 'linux/amd64': [was('linux/amd64')], 'linux/arm64': [was('linux/arm64')] },
    { 'linux/amd64': 'linux/amd64 old' },
    [{ ...CHANGE, platforms: ['linux/arm64'] }],
  ],
  [
    'a stage that is FROM another platform’s child, which is still there',
    { 'linux/arm64': [was('linux/amd64')] },
    { 'linux/amd64': 'linux/amd64 old', 'linux/arm64': 'b' },
    [],
  ],
  [
    'a stage whose child the machine that builds chooses',
    { 'linux/amd64': [was('linux/amd64', { identity: short('old') })] },
    { 'linux/amd64': 'linux/amd64 old', 'linux/arm64': 'b' },
    [{ ...CHANGE, platforms: ['linux/amd64'] }],
  ],
])('a base that moved for %s', (_, bases, children, changes) => {
  const [drift] = find([subject('web', { bases: bases ?? {} })], { [ALPINE]: now(children) });
  expect(drift?.changes).toEqual(changes);
});

it('asks for a base once, by its name in full, and for none that cannot move', () => {
  const bases = [
    was('linux/amd64'),
    was('linux/amd64', { name: 'alpine:3.22' }),
    was('linux/amd64', { name: `alpine:3.22@${digest('x')}` }),
    was('linux/amd64', { name: 'web-latest', index: undefined }),
    was('linux/amd64', { name: '--upload-pack=x' }),
    was('linux/amd64', { name: 'HTTP://[' }),
  ];
  const subjects = [
    subject('a', { bases: { 'linux/amd64': bases } }),
    subject('b', { bases: { 'linux/arm64': bases } }),
  ];
  expect(askAbout(subjects)).toEqual({ bases: [ALPINE], refs: new Map() });
  expect([...movedBases(subjects, new Map([[ALPINE, digest('old')]]))]).toEqual([]);
  expect([...movedBases(subjects, new Map([[ALPINE, digest('new')]]))]).toEqual([[ALPINE, digest('new')]]);
});

it('moves what is FROM a moved image, through any depth and no other, even where descriptions go in circles', () => {
  const own = (name: string): BaseDescription => ({ name: `${name}-latest`, child: short(`${name} amd64`) });
  const subjects = [
    subject('base', { bases: { 'linux/amd64': [was('linux/amd64')] } }),
    subject('a', { bases: { 'linux/amd64': [own('base')] } }),
    subject('b', { bases: { 'linux/amd64': [own('a'), own('c')] } }),
    subject('c', { bases: { 'linux/amd64': [own('b')] } }),
    subject('beside', { bases: { 'linux/amd64': [own('still')] } }),
    subject('still'),
  ];
  const drifts = find(subjects, { [ALPINE]: now({ 'linux/amd64': 'a' }) });
  expect(drifts.map(({ image, parents }) => [image, parents])).toEqual([
    ['base', []],
    ['a', ['base']],
    ['b', ['a', 'c']],
    ['c', ['b']],
    ['beside', []],
    ['still', []],
  ]);
});

it('does not take what is no reference for a base that cannot move', () => {
  const fixed = `alpine:3.22@${digest('x')}`;
  const names = ['--upload-pack=x', 'HTTP://[', `alpine@sha256:1`, fixed];
  const bases = names.map((name) => was('linux/amd64', { name }));
  expect(find([subject('web', { bases: { 'linux/amd64': bases } })])).toMatchObject([
    { changes: [], unknown: names.slice(0, 3).map((name) => ({ message: `its base ${name} is no reference` })) },
  ]);
});

it('says what is not known, and moves nothing for it', () => {
  const own: BaseDescription = { name: 'gone-latest', child: short('x') };
  const why = { code: 'REGISTRY_UNREACHABLE', message: 'no answer' };
  const [web, silent, short_, onSilent, onNew] = find(
    [
      subject('web', { bases: { 'linux/amd64': [was('linux/amd64'), own] } }),
      { image: imageOf('silent'), last: { kind: 'unknown', why } },
      {
        image: imageOf('short'),
        last: {
          ...(subject('short').last as Extract<DriftSubject['last'], { kind: 'published' }>),
          description: { platforms: { 'linux/amd64': describe([]), 'linux/arm64': { key: 'k' } } },
        },
      },
      subject('on-silent', { bases: { 'linux/amd64': [{ name: 'silent-latest', child: short('x') }] } }),
      subject('on-new', { bases: { 'linux/amd64': [{ name: 'new-latest', child: short('x') }] } }),
      { image: imageOf('new'), last: { kind: 'never' } },
    ],
    { [ALPINE]: { kind: 'unknown', why } },
  );
  expect(web?.unknown).toEqual([
    why,
    { message: 'gone-latest, which it is FROM, is no longer an image of this repository' },
  ]);
  expect(silent?.unknown).toEqual([why]);
  expect(short_?.unknown).toEqual([{ message: 'its index does not say what linux/arm64 was made of' }]);
  expect(onSilent?.unknown).toEqual([{ message: 'what silent is now, which it is FROM, is not known' }]);
  expect(onNew?.unknown).toEqual([{ message: 'new, which it is FROM, is not published' }]);
  for (const one of [web, silent, short_, onSilent, onNew]) expect(one).toMatchObject({ changes: [], parents: [] });
});
