import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildResult, manifestResult, prepareResult, RUN } from '../../testing/results';
import { HephyError } from '../errors/hephy-error';
import { readImageResults, resultStore, type ResultStore } from './result-store';

const amd64 = { os: 'linux', architecture: 'amd64' };
const facts = { image: 'web', root: 'projects/web', repository: 'localhost:5000/hephy' };

describe('resultStore', () => {
  let root: string;
  let store: ResultStore;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hephy-results-'));
    store = resultStore(root, RUN);
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('gives back what was written, by step and architecture', () => {
    expect(store.write(prepareResult())).toBe('dist/images/web/prepare.json');
    expect(store.write(buildResult())).toBe('dist/images/web/build-amd64.json');
    expect(store.write(buildResult({ platform: 'linux/arm/v7' }))).toBe('dist/images/web/build-arm-v7.json');
    expect(store.write(manifestResult())).toBe('dist/images/web/manifest.json');
    expect(store.prepare('web')).toEqual(prepareResult());
    expect(store.build('web', amd64)).toEqual(buildResult());
    expect(store.manifest('web')).toEqual(manifestResult());
  });

  it('has nothing where nothing was written', () => {
    expect(store.prepare('web')).toBeUndefined();
    expect(store.build('web', amd64)).toBeUndefined();
    expect(readImageResults(root)).toEqual({ results: [], errors: [] });
  });

  it('has nothing of another run', () => {
    const other = resultStore(root, 'another');
    store.write(prepareResult());
    store.write(buildResult());
    store.write(manifestResult());
    expect([other.prepare('web'), other.build('web', amd64), other.manifest('web')]).toEqual(Array(3).fill(undefined));
  });

  it('has nothing of another run by another version of hephy, whatever its results are', () => {
    mkdirSync(join(root, 'dist/images/web'), { recursive: true });
    const files = ['prepare', 'build-amd64', 'build-arm64', 'manifest'].map((name) => `dist/images/web/${name}.json`);
    for (const file of files) writeFileSync(join(root, file), '{"version": 0, "run": "another"}');
    expect([store.prepare('web'), store.build('web', amd64), store.manifest('web')]).toEqual(Array(3).fill(undefined));
    expect(store.updateImage(facts).builds).toEqual([]);
  });

  it('writes anew, and leaves no other files', () => {
    store.write(manifestResult({ reason: 'first' }));
    store.write(manifestResult({ reason: 'second' }));
    expect(store.manifest('web')?.reason).toBe('second');
    expect(readdirSync(join(root, 'dist/images/web'))).toEqual(['manifest.json']);
  });

  it('leaves no temporary file when writing fails', () => {
    mkdirSync(join(root, 'dist/images/web/prepare.json/full'), { recursive: true });
    expect(() => store.write(prepareResult())).toThrow();
    expect(readdirSync(join(root, 'dist/images/web'))).toEqual(['prepare.json']);
  });

  it.each([
    ['', 'it is no JSON'],
    ['{"version": 1,', 'it is no JSON'],
    ['[]', 'expected object, received array'],
    [JSON.stringify({ ...manifestResult(), version: 2 }), 'expected 1 at version'],
    [JSON.stringify(prepareResult()), 'expected "manifest" at step'],
  ])('says what is wrong with %j', (text, what) => {
    mkdirSync(join(root, 'dist/images/web'), { recursive: true });
    writeFileSync(join(root, 'dist/images/web/manifest.json'), text);
    const read = () => store.manifest('web');
    expect(read).toThrow(HephyError);
    expect(read).toThrow(what);
    expect(read).toThrow(
      expect.objectContaining({
        code: 'RESULT_INVALID',
        where: { file: 'dist/images/web/manifest.json' },
        hint: 'Delete the file and run the target again: every run makes its results anew.',
      }) as Error,
    );
  });

  it('joins the steps of one run', () => {
    store.write(prepareResult());
    store.write(buildResult());
    store.write(buildResult({ platform: 'linux/arm64', run: 'an older one' }));
    store.write(manifestResult({ run: 'an older one' }));
    const result = store.updateImage(facts);
    expect(result).toEqual({ version: 1, run: RUN, ...facts, prepare: prepareResult(), builds: [buildResult()] });
    expect(readImageResults(root)).toEqual({ results: [result], errors: [] });
  });

  it('loses no step that another process writes while they are joined', () => {
    store.write(buildResult());
    const stringify = JSON.stringify;
    // The first call is that of the first join, between its look at the steps and its rename.
    const spy = jest.spyOn(JSON, 'stringify').mockImplementationOnce((value: unknown) => {
      resultStore(root, RUN).write(buildResult({ platform: 'linux/arm64' }));
      return stringify(value);
    });
    const result = store.updateImage(facts);
    spy.mockRestore();
    expect(result.builds.map((build) => build.platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(readImageResults(root).results).toEqual([result]);
  });

  it('reads every image, and names each file that is none', () => {
    store.updateImage(facts);
    store.updateImage({ ...facts, image: 'base' });
    mkdirSync(join(root, 'dist/images/odd'));
    mkdirSync(join(root, 'dist/images/broken'));
    writeFileSync(join(root, 'dist/images/broken/result.json'), '{}');
    writeFileSync(join(root, 'dist/images/.DS_Store'), '');
    const { results, errors } = readImageResults(root);
    expect(results.map((result) => result.image)).toEqual(['base', 'web']);
    expect(errors.map((error) => [error.code, error.where?.file])).toEqual([
      ['RESULT_INVALID', 'dist/images/broken/result.json'],
    ]);
  });

  it('never leaves its directory', () => {
    expect(() => store.write(manifestResult({ image: '../../web' }))).toThrow('named "../../web"');
    expect(() => store.write(buildResult({ platform: '../x' }))).toThrow('platform "../x"');
    expect(() => store.prepare('..')).toThrow('named ".."');
    expect(readdirSync(root)).toEqual([]);
  });
});
