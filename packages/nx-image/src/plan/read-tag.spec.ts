import { imageOfLastTag, imageOfVersionTag } from './read-tag';

it.each([
  ['web-20261120-1a2b3c4', 'web'],
  ['web-20261120-1a2b3c4-2', 'web'],
  ['web-20261120-1a2b3c4-dirty-abcdef-12', 'web'],
  ['kaniko-debug-20261120-1a2b3c4', 'kaniko-debug'],
  ['mrtg-20261120-1a2b3c4', 'mrtg'],
  ['web-20261120-1a2b3c4-amd64', undefined],
  ['web-latest', undefined],
  ['mr12-web-20261120-1a2b3c4', undefined],
  ['push-20261120-1a2b3c4', undefined],
  ['last-web-20261120-1a2b3c4', undefined],
  ['-20261120-1a2b3c4', undefined],
])('reads %s as a version of %s', (tag, image) => {
  expect(imageOfVersionTag(tag)).toBe(image);
});

it('reads the image of hephy’s own moving tag', () => {
  expect(['last-web', 'last-', 'mr1-last-web', 'latest'].map(imageOfLastTag)).toEqual([
    'web',
    undefined,
    undefined,
    undefined,
  ]);
});
