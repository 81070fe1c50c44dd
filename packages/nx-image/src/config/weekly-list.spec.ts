import { HephyErrors } from '../errors/hephy-error';
import type { Image } from './build-config';
import { loadBuildConfig } from './load-build-config';
import { readWeeklyList } from './weekly-list';

const CONFIG = loadBuildConfig('', 'build-config.yaml');

function directories(all: Readonly<Record<string, readonly string[]>>) {
  return {
    roots: Object.keys(all),
    images: (root: string): readonly Image[] =>
      (all[root] ?? []).map((name) => ({
        name,
        project: root.slice(root.lastIndexOf('/') + 1),
        root,
        configFile: `${root}/build-config.yaml`,
        config: CONFIG,
      })),
  };
}

const REPOSITORY = directories({
  'projects/web': ['web'],
  'projects/curl': ['curl'],
  'projects/my-tool': ['my-tool', 'my-tool-debug', 'my-tool-debug-slim'],
});

const read = (text: string | Uint8Array) =>
  [...readWeeklyList(typeof text === 'string' ? Buffer.from(text) : text, REPOSITORY)].sort();

function problems(text: string | Uint8Array): readonly string[] {
  try {
    read(text);
  } catch (error) {
    const errors = error instanceof HephyErrors ? error.errors : [error as HephyErrors['errors'][number]];
    return errors.map(({ code, where, message, hint }) => `${where?.line ?? ''} ${code} ${message}. ${hint ?? ''}`);
  }
  return [];
}

describe('readWeeklyList', () => {
  it.each([
    ['nothing', '', []],
    ['comments and blank lines', '# weekly\n\n   \n\t# more\n', []],
    ['names', 'web\ncurl\n', ['curl', 'web']],
    ['paths', 'projects/web\n./projects/curl/\n.//./projects/web//', ['curl', 'web']],
    ['a comment behind a name', 'web # every Monday\ncurl\t#\n', ['curl', 'web']],
    ['a name twice, and in two ways', 'web\nweb\nprojects/web\n', ['web']],
    ['CRLF, white space and no last line break', '  web\r\n\r\n\tcurl  ', ['curl', 'web']],
    ['old line breaks', 'web\rcurl\r', ['curl', 'web']],
    ['a byte order mark', '\ufeffweb\n', ['web']],
    ['a directory with its variants', 'my-tool\n', ['my-tool', 'my-tool-debug', 'my-tool-debug-slim']],
    ['a path with its variants', 'projects/my-tool', ['my-tool', 'my-tool-debug', 'my-tool-debug-slim']],
    ['one variant', 'my-tool-debug-slim', ['my-tool-debug-slim']],
  ])('reads %s', (_, text, names) => {
    expect(read(text)).toEqual(names);
  });

  it('names every line that names no image, and what was probably meant', () => {
    expect(problems('web\nwep # oh\n\nprojects/crul\nmy-tool-debgu\ndocker.io/library/alpine\nwep\n')).toEqual([
      '2 WEEKLY_LIST_INVALID there is no image `wep`. Did you mean web?',
      '4 WEEKLY_LIST_INVALID there is no image `projects/crul`. Did you mean projects/curl?',
      '5 WEEKLY_LIST_INVALID there is no image `my-tool-debgu`. Did you mean my-tool-debug?',
      '6 WEEKLY_LIST_INVALID there is no image `docker.io/library/alpine`. Take it out, or see `npx nx show projects --with-target manifest` for what there is.',
    ]);
  });

  it.each([
    'web curl',
    'web#weekly',
    '../web',
    '/projects/web',
    'projects',
    '*',
    'projects/web/Dockerfile',
    '-',
    '--',
    '.',
  ])('takes %j for no image', (word) => {
    expect(problems(word)).toHaveLength(1);
  });

  it.each(['__proto__', 'constructor', 'toString', '\u0000', '-web', '/'])('is not led astray by %j', (word) => {
    expect(problems(word)).toHaveLength(1);
  });

  it('says so of what is no text', () => {
    expect(problems(new Uint8Array([0x77, 0xff, 0xfe]))).toEqual([
      ' WEEKLY_LIST_INVALID the file is not UTF-8. Save it as UTF-8.',
    ]);
  });

  it('reads what is as large as it may be, and names some of what is wrong, in no time', () => {
    const begun = performance.now();
    for (const piece of ['/', './', '-', 'a-', ' ', '#', '\t#', 'web\n', 'x\n']) {
      const size = 1024 * 1024;
      const found = problems(`${piece.repeat(size / piece.length - 1)}x`);
      expect(found.length).toBeLessThanOrEqual(21);
    }
    const many = Array.from({ length: 90_000 }, (_, index) => `image-${index}`).join('\n');
    const found = problems(many);
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toContain('89980 more lines');
    expect(performance.now() - begun).toBeLessThan(30_000);
  });
});
