import * as fc from 'fast-check';
import { MediaType, type ImageIndex } from '../../oci/manifest';
import { indexBytes } from './index-bytes';

const child = (digit: string) => ({
  mediaType: MediaType.ociManifest,
  digest: `sha256:${digit.repeat(64)}` as const,
  size: 401,
  platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
});
const render = (index: Omit<ImageIndex, 'schemaVersion'>) =>
  Buffer.from(indexBytes({ schemaVersion: 2, ...index })).toString();

test('as manifest-tool writes it', () => {
  expect(render({ manifests: [child('a')], annotations: { z: '<a> & "b"\u2028', A: '\b\u001b', '10': 'x', '9': 'y' } }))
    .toBe(`{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.index.v1+json",
  "manifests": [
    {
      "mediaType": "application/vnd.oci.image.manifest.v1+json",
      "digest": "sha256:${'a'.repeat(64)}",
      "size": 401,
      "platform": {
        "architecture": "arm",
        "os": "linux",
        "variant": "v7"
      }
    }
  ],
  "annotations": {
    "10": "x",
    "9": "y",
    "A": "\\b\\u001b",
    "z": "\\u003ca\\u003e \\u0026 \\"b\\"\\u2028"
  }
}`);
});

test('what is empty is left out', () => {
  const { platform, ...bare } = child('a');
  const text = render({ manifests: [{ ...bare, platform: { ...platform, variant: '' } }], annotations: {} });
  expect(text).not.toMatch(/variant|annotations/);
});

test('nothing is lost, and maps are in the order of their bytes', () => {
  const annotations = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(annotations, (given) => {
      const text = render({ manifests: [child('a'), child('b')], annotations: given });
      const read = JSON.parse(text) as ImageIndex;
      expect(read.annotations ?? {}).toEqual({ ...given });
      expect(read.manifests).toEqual([child('a'), child('b')]);
      const keys = [...text.slice(text.indexOf('"annotations"')).matchAll(/^ {4}("(?:[^"\\]|\\.)*"): /gm)];
      const read2 = keys.map(([, key]) => Buffer.from(JSON.parse(key!) as string));
      expect(read2).toEqual([...read2].sort((a, b) => Buffer.compare(a, b)));
      expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    }),
  );
});
