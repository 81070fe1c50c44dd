import { findChild, platformsOf } from '../../oci/find-child';
import { indexBytes } from '../../registry/publish/index-bytes';
import { readIndex } from './read-manifest';

const CHILD = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 1 };
const AMD64 = { os: 'linux', architecture: 'amd64' };

function read(manifests: readonly unknown[], more: object = {}) {
  return readIndex(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests, ...more })));
}

test.each([null, 5, 'linux/amd64', [], { os: 'linux' }, { os: {}, architecture: 'amd64' }])(
  'what is no platform (%j) is none, and others are found beside it',
  (platform) => {
    const index = read([
      { ...CHILD, platform },
      { ...CHILD, platform: AMD64 },
    ]);
    expect(index?.manifests).toEqual([CHILD, { ...CHILD, platform: AMD64 }]);
    expect(index && findChild(index, AMD64)).toEqual({ ...CHILD, platform: AMD64 });
    expect(index && platformsOf(index)).toEqual(['linux/amd64']);
  },
);

test('a variant that is none is left out', () => {
  expect(read([{ ...CHILD, platform: { ...AMD64, variant: 3 } }])?.manifests).toEqual([{ ...CHILD, platform: AMD64 }]);
});

test.each([null, 'text', ['a'], { a: null, b: 1, c: { d: 'e' } }])(
  'annotations that are none (%j) are left out, so that a copy of the index can be published',
  (annotations) => {
    const index = read([{ ...CHILD, annotations }], { annotations });
    expect(index).toEqual({ schemaVersion: 2, manifests: [CHILD] });
    expect(() => index && indexBytes(index)).not.toThrow();
  },
);

test('those that are texts stay', () => {
  const annotations = { a: 'b', c: '' };
  expect(read([{ ...CHILD, annotations }], { annotations })).toMatchObject({
    manifests: [{ annotations }],
    annotations,
  });
});
