import { factsOf, imageOf } from '../../testing/facts';
import { indexKey, INPUTS_ANNOTATION, planAnnotations, planIndex, planPublicTags, type IndexChild } from './plan-index';

const child = (architecture: string, digit: string): IndexChild => ({
  platform: { os: 'linux', architecture },
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${digit.repeat(64)}`,
  size: 500,
});
const KEY = 'c'.repeat(64);
const CHILDREN = [child('amd64', '1'), child('arm64', '2')];

describe('indexKey', () => {
  const run = { publish: true, scope: undefined };
  const source = { keys: { 'linux/amd64': KEY } };
  const tag = { repo: 'https://example.com/x', ref: 'refs/tags/v1', commit: '1'.repeat(40) };
  const key = indexKey('web', CHILDREN, run, source);
  it.each([
    ['another child', indexKey('web', [child('amd64', '1'), child('arm64', '3')], run, source)],
    ['swapped platforms', indexKey('web', [child('amd64', '2'), child('arm64', '1')], run, source)],
    ['one child less', indexKey('web', CHILDREN.slice(0, 1), run, source)],
    ['another image', indexKey('api', CHILDREN, run, source)],
    ['a run that does not publish', indexKey('web', CHILDREN, { ...run, publish: false }, source)],
    ['what was published in between', indexKey('web', CHILDREN, run, source, `sha256:${'4'.repeat(64)}`)],
    ['an untrusted run', indexKey('web', CHILDREN, { publish: false, scope: 'mr7' }, source)],
    ['other inputs', indexKey('web', CHILDREN, run, { keys: { 'linux/amd64': 'd'.repeat(64) } })],
    ['a tag of the upstream', indexKey('web', CHILDREN, run, { ...source, tag })],
  ])('changes with %s', (_, other) => {
    expect(other).not.toBe(key);
  });

  it('keeps untrusted runs apart from a preview of somebody trusted, and from each other', () => {
    const keys = [undefined, 'mr7', 'mr8'].map((scope) => indexKey('web', CHILDREN, { publish: false, scope }, source));
    expect(new Set(keys).size).toBe(3);
  });
});

describe('planIndex', () => {
  it('has the children in their order, as descriptors with platforms', () => {
    expect(planIndex(CHILDREN, { a: 'b' })).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: CHILDREN.map(({ platform, ...descriptor }) => ({ ...descriptor, platform })),
      annotations: { a: 'b' },
    });
  });
});

describe('planAnnotations', () => {
  const input = {
    image: imageOf('web', { description: 'Serves a page' }),
    facts: factsOf(),
    description: { platforms: { 'linux/amd64': { key: KEY } } },
    upstreamCommit: undefined,
    created: factsOf().started,
    base: { name: 'docker.io/library/alpine:3.22', digest: `sha256:${'3'.repeat(64)}` as const },
  };

  it('has what the OCI specification names', () => {
    expect(planAnnotations(input, 'web-20261120-1a2b3c4')).toEqual({
      'org.opencontainers.image.title': 'web',
      'org.opencontainers.image.description': 'Serves a page',
      'org.opencontainers.image.source': 'https://git.example.com/team/images.git',
      'org.opencontainers.image.revision': '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
      'org.opencontainers.image.version': 'web-20261120-1a2b3c4',
      'org.opencontainers.image.created': '2026-11-20T23:59:58.000Z',
      'org.opencontainers.image.base.name': 'docker.io/library/alpine:3.22',
      'org.opencontainers.image.base.digest': `sha256:${'3'.repeat(64)}`,
      [INPUTS_ANNOTATION]: `{"linux/amd64":{"key":"${KEY}"}}`,
    });
  });

  it('leaves out what is not known, and says of a changed tree that it is one', () => {
    const facts = factsOf({ origin: undefined, dirty: 'c0ffee' });
    const annotations = planAnnotations({ ...input, facts, base: undefined }, 'v');
    expect(Object.keys(annotations).filter((key) => key.includes('base') || key.endsWith('source'))).toEqual([]);
    expect(annotations['org.opencontainers.image.revision']).toBe(
      '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d-dirty-c0ffee',
    );
  });
});

describe('planPublicTags', () => {
  const additionalTags = [
    { name: 'latest', moving: true },
    { name: 'edge', moving: true },
    { name: 'v1.2', moving: false },
  ];
  it('writes fixed ones, then moving ones, latest at the very end', () => {
    expect(planPublicTags(imageOf('web', { additionalTags }), factsOf())).toEqual([
      { tag: 'web-v1.2', moving: false },
      { tag: 'web-edge', moving: true },
      { tag: 'web-latest', moving: true },
    ]);
  });

  it('lets all of an untrusted run move, under its scope', () => {
    const tags = planPublicTags(imageOf('web', { additionalTags }), factsOf({ scope: 'mr7' }));
    expect(tags.every(({ tag, moving }) => tag.startsWith('mr7-') && moving)).toBe(true);
  });
});
