import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDirectory } from './load-images';
import { weeklyImages } from './weekly-images';

const DAY = 24 * 3600 * 1000;

describe('weeklyImages', () => {
  let root: string;
  const list = () => join(root, 'rebuild-weekly.txt');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hephy-weekly-'));
    for (const [name, config] of Object.entries({
      web: 'variants:\n  debug:\n    target: debug\n',
      often: 'max_age: 1d\n',
      seldom: 'max_age: 2w\n',
      other: '',
    })) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'build-config.yaml'), config);
    }
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const ages = (): Readonly<Record<string, number | undefined>> => {
    const roots = ['web', 'often', 'seldom', 'other'];
    const images = (directory: string) => loadDirectory(root, `${directory}/build-config.yaml`);
    const asListed = weeklyImages(root, { roots, images });
    return Object.fromEntries(
      roots.flatMap(images).map((image) => {
        const { maxAge } = asListed(image).config;
        return [image.name, maxAge === undefined ? undefined : maxAge / DAY];
      }),
    );
  };

  it('changes nothing where there is no list', () => {
    expect(ages()).toEqual({ web: undefined, 'web-debug': undefined, often: 1, seldom: 14, other: undefined });
  });

  it('makes what is listed a week old at most; what may be less old stays so', () => {
    writeFileSync(list(), './web/\noften\nseldom # fortnightly is too seldom\n');
    expect(ages()).toEqual({ web: 7, 'web-debug': 7, often: 1, seldom: 7, other: undefined });
  });

  it('lists a variant by itself', () => {
    writeFileSync(list(), 'web-debug\n');
    expect(ages()).toMatchObject({ web: undefined, 'web-debug': 7 });
  });

  it('says what is wrong with a file that is no list', () => {
    const thrown = (make: () => void): unknown => {
      rmSync(list(), { recursive: true, force: true });
      make();
      try {
        ages();
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const code = 'WEEKLY_LIST_INVALID';
    expect(
      thrown(() => {
        mkdirSync(list());
      }),
    ).toMatchObject({ code, message: 'it is no file' });
    expect(thrown(() => execFileSync('mkfifo', [list()]))).toMatchObject({ code, message: 'it is no file' });
    expect(
      thrown(() => {
        symlinkSync('nowhere', list());
      }),
    ).toMatchObject({
      code,
      message: expect.stringContaining('ENOENT') as string,
    });
    const large = (): void => {
      writeFileSync(list(), '');
      truncateSync(list(), 2 ** 31);
    };
    expect(thrown(large)).toMatchObject({ code, message: 'the file has 2147483648 bytes, more than 1048576' });
    expect(
      thrown(() => {
        writeFileSync(list(), 'wbe\n');
      }),
    ).toMatchObject({
      errors: [{ code, where: { file: 'rebuild-weekly.txt', line: 1 }, hint: 'Did you mean web?' }],
    });
  });
});
