import fc from 'fast-check';
import { parse } from 'yaml';
import { digestOf } from '../oci/digest';
import { renderIndexSpec } from './index-spec';

const repository = { registry: 'localhost:5000', path: 'team/images' };
const children = [
  { digest: digestOf('a'), platform: { os: 'linux', architecture: 'amd64' } },
  { digest: digestOf('b'), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
];

test('names the children by digest and the target without a tag', () => {
  expect(parse(renderIndexSpec({ repository, children, annotations: { version: '1.10' } }))).toEqual({
    image: 'localhost:5000/team/images',
    manifests: [
      { image: `localhost:5000/team/images@${digestOf('a')}`, platform: { os: 'linux', architecture: 'amd64' } },
      {
        image: `localhost:5000/team/images@${digestOf('b')}`,
        platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
      },
    ],
    annotations: { version: '1.10' },
  });
});

test('annotations come through whatever they hold', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), (annotations) => {
      const text = renderIndexSpec({ repository, children, annotations });
      expect(text).toMatch(/^[\n -~]*$/);
      expect((parse(text) as { annotations: unknown }).annotations).toEqual(annotations);
    }),
  );
});

test('half a character is what it is in UTF-8', () => {
  const text = renderIndexSpec({ repository, children, annotations: { half: 'a\ud800b', whole: '😀' } });
  expect((parse(text) as { annotations: unknown }).annotations).toEqual({ half: 'a\ufffdb', whole: '😀' });
});

test('an index without children is a mistake of ours', () => {
  expect(() => renderIndexSpec({ repository, children: [], annotations: {} })).toThrow('without children');
});
