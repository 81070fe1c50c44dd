import { factsOf } from '../../../testing/facts';
import { shortOf, type BaseDescription } from '../../plan/description';
import type { Digest } from '../../oci/digest';
import { findUses } from './find-uses';
import { readQuestion } from './read-question';
import type { PublishedVersion } from './read-versions';

const digest = (hex: string): Digest => `sha256:${hex.repeat(64).slice(0, 64)}`;
const ALPINE = { name: 'docker.io/library/alpine:3.22', index: shortOf(digest('a1')), child: shortOf(digest('a2')) };
const REPOSITORY = factsOf().repository;

/** `children` and `bases` by platform. */
function versionOf(
  image: string,
  day: string,
  children: Readonly<Record<string, Digest>>,
  bases: Readonly<Record<string, readonly BaseDescription[]>>,
  current = true,
): PublishedVersion {
  const inputs = { context: '', dockerfile: '', args: {}, labels: {}, builder: 'kaniko', flags: [], epoch: '' };
  return {
    ...{ image, version: `${image}-202611${day}-1a2b3c4`, digest: digest(`c${day}`), current },
    created: `2026-11-${day}T00:00:00.000Z`,
    children: Object.entries(children).map(([platform, child]) => ({ platform, digest: child })),
    description: {
      platforms: Object.fromEntries(
        Object.entries(bases).map(([platform, one]) => [platform, { ...inputs, key: 'f'.repeat(64), bases: one }]),
      ),
    },
  };
}

const own = (name: string, child: Digest): BaseDescription => ({ name, child: shortOf(child) });
const AMD = 'linux/amd64';
const ARM = 'linux/arm64';
const base1 = versionOf(
  'base',
  '01',
  { [AMD]: digest('b1'), [ARM]: digest('b2') },
  { [AMD]: [ALPINE], [ARM]: [ALPINE] },
  false,
);
const base2 = versionOf(
  'base',
  '02',
  { [AMD]: digest('b1'), [ARM]: digest('b3') },
  { [AMD]: [ALPINE], [ARM]: [{ ...ALPINE, child: 'd'.repeat(16) }] },
);
const web = versionOf(
  'web',
  '03',
  { [AMD]: digest('e1'), [ARM]: digest('e2') },
  {
    [AMD]: [own('base-latest', digest('b1'))],
    [ARM]: [
      own('base-latest', digest('b2')),
      { name: 'ghcr.io/team/tool:1@sha256:abc', index: '7'.repeat(16), child: '8'.repeat(16) },
    ],
  },
);
const ALL = [base2, base1, web];

function ask(asked: string, versions = ALL) {
  const images = [
    { name: 'base', tags: ['base-latest'] },
    { name: 'base-debug', tags: ['base-debug-latest'] },
    { name: 'web', tags: ['web-latest'] },
  ];
  const { uses, lost } = findUses(versions, readQuestion(asked, { repository: REPOSITORY, images, versions }));
  return {
    lost,
    lines: uses.map(
      ({ version, platforms, path }) =>
        `${version} ${platforms.join()}: ${path.map((step) => step.version ?? step.name).join(' < ')}`,
    ),
  };
}

describe('findUses', () => {
  it('goes through images of the repository, to the very version that has the child', () => {
    for (const asked of ['alpine:3.22', 'docker.io/library/alpine:3.22', 'index.docker.io/alpine:3.22', 'alpine']) {
      expect(ask(asked).lines).toEqual([
        'base-20261102-1a2b3c4 linux/amd64,linux/arm64: base-20261102-1a2b3c4 < docker.io/library/alpine:3.22',
        'base-20261101-1a2b3c4 linux/amd64,linux/arm64: base-20261101-1a2b3c4 < docker.io/library/alpine:3.22',
        'web-20261103-1a2b3c4 linux/amd64: web-20261103-1a2b3c4 < base-20261102-1a2b3c4 < docker.io/library/alpine:3.22',
        'web-20261103-1a2b3c4 linux/arm64: web-20261103-1a2b3c4 < base-20261101-1a2b3c4 < docker.io/library/alpine:3.22',
      ]);
    }
    expect(ask('alpine:3.21').lines).toEqual([]);
    expect(ask('ghcr.io/library/alpine:3.22').lines).toEqual([]);
  });

  it('finds a digest by its first digits: of an index, of a child, elsewhere and here', () => {
    expect(ask('sha256:a1a1a1a1').lines).toHaveLength(4);
    expect(ask(digest('a2')).lines).toHaveLength(4);
    expect(ask(`alpine:3.22@${digest('a2')}`).lines).toHaveLength(4);
    expect(ask(`alpine@${digest('77')}`).lines).toEqual([]);
    expect(ask(`sha256:${'d'.repeat(16)}`).lines).toEqual([
      'base-20261102-1a2b3c4 linux/arm64: base-20261102-1a2b3c4 < docker.io/library/alpine:3.22',
    ]);
    expect(ask(digest('b2')).lines).toEqual([
      'web-20261103-1a2b3c4 linux/arm64: web-20261103-1a2b3c4 < base-20261101-1a2b3c4',
    ]);
    expect(ask(base2.digest).lines).toEqual([
      'web-20261103-1a2b3c4 linux/amd64: web-20261103-1a2b3c4 < base-20261102-1a2b3c4',
    ]);
    expect(ask(digest('1234')).lines).toEqual([]);
  });

  it('finds an image by its name, by the tag that Dockerfiles have, by a version, and by the whole reference', () => {
    expect(ask('base').lines).toHaveLength(2);
    expect(ask('base-latest').lines).toHaveLength(2);
    expect(ask('base-20261101-1a2b3c4').lines).toEqual([
      'web-20261103-1a2b3c4 linux/amd64: web-20261103-1a2b3c4 < base-20261102-1a2b3c4',
      'web-20261103-1a2b3c4 linux/arm64: web-20261103-1a2b3c4 < base-20261101-1a2b3c4',
    ]);
    expect(ask('registry.example.com/team/images:base-latest').lines).toHaveLength(2);
    expect(ask('base-debug').lines).toEqual([]);
    expect(ask('web').lines).toEqual([]);
  });

  it('says whose parent is published no more, and goes round no circle', () => {
    expect(ask('alpine', [web]).lost).toEqual(['web-20261103-1a2b3c4']);
    const loop = versionOf('web', '04', { [AMD]: digest('e1') }, { [AMD]: [own('web-latest', digest('e1'))] });
    expect(ask('alpine', [loop])).toEqual({ lines: [], lost: [] });
  });
});

describe('readQuestion', () => {
  it.each(['sha256:1234567', 'sha256:xyz12345', '-x', 'a b', ''])('refuses %j', (asked) => {
    expect(() => ask(asked)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error);
  });

  it('names the image of this repository that was meant', () => {
    const { subject } = readQuestion('wbe', {
      repository: REPOSITORY,
      images: [{ name: 'web', tags: [] }],
      versions: [],
    });
    expect(subject).toEqual({ kind: 'base', name: 'docker.io/library/wbe', near: 'web' });
  });
});
