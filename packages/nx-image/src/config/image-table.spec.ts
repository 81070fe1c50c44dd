import type { HephyError } from '../errors/hephy-error';
import { formatLocation } from '../errors/format-location';
import type { Image } from './build-config';
import { checkImages } from './image-table';
import { loadBuildConfig } from './load-build-config';
import { imagesOf } from './variant';

function image(root: string, text = 'additional_tags: [latest]'): Image {
  return imagesAt(root, text)[0];
}

function imagesAt(root: string, text: string): readonly [Image, ...Image[]] {
  const configFile = `${root}/build-config.yaml`;
  return imagesOf(root, configFile, loadBuildConfig(text, configFile));
}

function shown({ where, code, message }: HephyError): string {
  return `${where === undefined ? '' : formatLocation(where)} ${code} ${message}`;
}

function errorsOf(...images: readonly Image[]): readonly string[] {
  return checkImages(images).errors.map(shown);
}

describe('checkImages', () => {
  it('gives each tag to its image', () => {
    const web = image('projects/web', 'additional_tags: [latest, v1]');
    const base = image('projects/base-1.0_x');
    const { owners, errors } = checkImages([web, base]);
    expect(errors).toEqual([]);
    expect([...owners]).toEqual([
      ['web-latest', web],
      ['web-v1', web],
      ['base-1.0_x-latest', base],
    ]);
  });

  it('finds two directories of one name', () => {
    expect(errorsOf(image('projects/web'), image('tools/web'))).toEqual([
      'tools/web/build-config.yaml IMAGE_NAME_TAKEN two image directories are named `web`: projects/web and tools/web (see projects/web/build-config.yaml)',
    ]);
  });

  it('finds a tag that is claimed from two sides of a `-`', () => {
    const kaniko = image('projects/kaniko', '# tags\nadditional_tags:\n  - latest\n  - debug-latest\n');
    const debug = image('projects/kaniko-debug', 'additional_tags: [v1, latest]\n');
    const expected = [
      'projects/kaniko-debug/build-config.yaml:1:23 TAG_COLLISION the tag `kaniko-debug-latest` is claimed by projects/kaniko-debug/build-config.yaml and by projects/kaniko/build-config.yaml:4:5',
    ];
    expect(errorsOf(kaniko, debug)).toEqual(expected);
    expect(checkImages([kaniko, debug]).owners.get('kaniko-debug-latest')).toBe(kaniko);
    expect(errorsOf(debug, kaniko)).toEqual([
      'projects/kaniko/build-config.yaml:4:5 TAG_COLLISION the tag `kaniko-debug-latest` is claimed by projects/kaniko/build-config.yaml and by projects/kaniko-debug/build-config.yaml:1:23',
    ]);
  });

  it('names the files where the places are not known', () => {
    const a = image('a', 'additional_tags: [b-c]');
    const b = { ...image('a-b', 'additional_tags: [c]'), config: { ...image('a-b', 'additional_tags: [c]').config } };
    expect(errorsOf(a, b)).toEqual([
      'a-b/build-config.yaml TAG_COLLISION the tag `a-b-c` is claimed by a-b/build-config.yaml and by a/build-config.yaml:1:19',
    ]);
  });

  it.each([
    ['20260102-0123abc', 'this image'],
    ['20260102-0123abc-arm64', 'this image'],
    ['20260102-0123abc-dirty-012345-2', 'this image'],
  ])('finds a tag of the form of a version: %s', (tag, whose) => {
    expect(errorsOf(image('web', `additional_tags: [${tag}]`))).toEqual([
      `web/build-config.yaml:1:19 TAG_COLLISION the tag \`web-${tag}\` has the form of a version tag of ${whose}`,
    ]);
  });

  it("finds a tag of the form of another image's version", () => {
    expect(errorsOf(image('web'), image('web-20260102-0123abc'))).toEqual([
      'web-20260102-0123abc/build-config.yaml:1:19 TAG_COLLISION the tag `web-20260102-0123abc-latest` has the form of a version tag of the image `web` (web/build-config.yaml)',
    ]);
    expect(errorsOf(image('web'), image('page', 'additional_tags: [web-20260102-0123abc]'))).toEqual([]);
  });

  it.each(['20260102', '20260102-0123abcd', '2026010-0123abc', '20260102-0123xyz', 'v20260102-0123abc'])(
    'leaves the tag %s alone',
    (tag) => {
      expect(errorsOf(image('web', `additional_tags: ["${tag}"]`))).toEqual([]);
    },
  );

  it.each(['in', 'in-toto', 'push', 'push-x', 'mr5', 'mr12-x'])(
    'keeps the prefixes of hephy itself from %s',
    (name) => {
      expect(errorsOf(image(`projects/${name}`))).toEqual([
        expect.stringContaining(`projects/${name}/build-config.yaml TAG_RESERVED`),
      ]);
    },
  );

  it.each(['input', 'pusher', 'mr', 'mrx-1', 'mr-5', 'mr5x', '7zip', '_x', 'Web'])('takes the name %s', (name) => {
    expect(errorsOf(image(`projects/${name}`))).toEqual([]);
  });

  it.each(['.web', '-web', 'we b', 'web@1', 'wéb', 'a:b', ''])('finds that «%s» makes no image name', (name) => {
    expect(errorsOf(image(`projects/${name}`))).toEqual([expect.stringContaining('IMAGE_NAME_INVALID')]);
  });

  it('leaves room for what hephy puts around a tag', () => {
    const fits = 'x'.repeat(128 - 'mr4294967295000-'.length - 'web-'.length);
    expect(errorsOf(image('web', `additional_tags: [${fits}]`))).toEqual([]);
    expect(errorsOf(image('web', `additional_tags: [latest, ${fits}x]`))).toEqual([
      expect.stringMatching(/^web\/build-config\.yaml:1:27 TAG_TOO_LONG .* 129 characters/),
    ]);
  });

  it('leaves room for version tags of the longest platform', () => {
    const around = 'mr4294967295000-' + '-20260101-0123456-dirty-012345-arm64-99';
    const fits = 'x'.repeat(128 - around.length);
    const text = 'platforms: [linux/386, linux/arm64]';
    expect(errorsOf(image(fits, text))).toEqual([]);
    expect(errorsOf(image(`${fits}x`, text))).toEqual([expect.stringMatching(/TAG_TOO_LONG .* 129 characters/)]);
    expect(errorsOf(image(`${fits}x`, 'platforms: [linux/386]'))).toEqual([]);
  });
});

describe('checkImages, of variants', () => {
  const KANIKO =
    'additional_tags: [latest]\nvariants:\n  debug: { target: debug }\n  warmer: { additional_tags: [v1] }\n';

  it('gives each tag to its image, inherited ones too', () => {
    const [own, debug, warmer] = imagesAt('projects/kaniko', KANIKO);
    const { owners, errors } = checkImages(imagesAt('projects/kaniko', KANIKO));
    expect(errors).toEqual([]);
    expect([...owners]).toEqual([
      ['kaniko-latest', own],
      ['kaniko-debug-latest', debug],
      ['kaniko-warmer-v1', warmer],
    ]);
  });

  it('finds a directory of the name of a variant, naming both files', () => {
    const images = imagesAt('projects/kaniko', KANIKO);
    const directory = image('projects/kaniko-debug');
    expect(errorsOf(...images, directory)).toEqual([
      'projects/kaniko-debug/build-config.yaml IMAGE_NAME_TAKEN two images are named `kaniko-debug`: the variant `debug` of projects/kaniko and projects/kaniko-debug (see projects/kaniko/build-config.yaml:3:3)',
    ]);
    expect(errorsOf(directory, ...images)).toEqual([
      'projects/kaniko/build-config.yaml:3:3 IMAGE_NAME_TAKEN two images are named `kaniko-debug`: projects/kaniko-debug and the variant `debug` of projects/kaniko (see projects/kaniko-debug/build-config.yaml)',
    ]);
  });

  it('says once that two directories have one name', () => {
    expect(errorsOf(...imagesAt('a/kaniko', KANIKO), ...imagesAt('b/kaniko', KANIKO))).toHaveLength(1);
  });

  it('finds tags that two images of one directory claim, at the place of each', () => {
    const text = 'additional_tags: [debug-latest]\nvariants:\n  debug:\n    additional_tags: [v1, latest]\n';
    expect(errorsOf(...imagesAt('kaniko', text))).toEqual([
      'kaniko/build-config.yaml:4:27 TAG_COLLISION the tag `kaniko-debug-latest` is claimed by kaniko/build-config.yaml and by kaniko/build-config.yaml:1:19',
    ]);
  });

  it('shows a tag that a variant has from its directory where it is written', () => {
    const text = 'variants:\n  d: { target: d }\nadditional_tags: [20261120-1a2b3c4]\n';
    expect(errorsOf(...imagesAt('kaniko', text)).map((line) => line.split(' ')[0])).toEqual([
      'kaniko/build-config.yaml:3:19',
      'kaniko/build-config.yaml:3:19',
    ]);
  });

  it('counts the name of the variant into the length of tags', () => {
    const text = `variants: { ${'v'.repeat(64)}: { target: d } }`;
    expect(errorsOf(...imagesAt('k'.repeat(20), text))).toEqual([
      expect.stringMatching(/^k+\/build-config.yaml:1:13 TAG_TOO_LONG the version tags of the image `k+-v+…`/),
    ]);
  });

  it('reserves by the name of the directory, once', () => {
    expect(errorsOf(...imagesAt('in', KANIKO))).toEqual([expect.stringContaining('TAG_RESERVED')]);
    expect(errorsOf(...imagesAt('a b', 'variants: { d: { target: d } }'))).toEqual([
      expect.stringContaining('IMAGE_NAME_INVALID'),
    ]);
  });
});
