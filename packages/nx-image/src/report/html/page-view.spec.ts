import { buildResult, imageResult, manifestResult, prepareResult, runResult } from '../../../testing/results';
import type { BuildResult, ImageResult } from '../result';
import { viewPage } from './page-view';

const ERROR = { code: 'BUILD_FAILED', message: 'the builder\nended', output: [] };
const built = (name: string, ...builds: readonly Partial<BuildResult>[]): ImageResult =>
  imageResult({ image: name, builds: builds.map(buildResult), manifest: manifestResult() });

describe('viewPage', () => {
  it('puts what went worst first, then goes by name', () => {
    const skipped = manifestResult({ outcome: 'skipped', reason: 'amd64 failed' });
    const { images } = viewPage([
      built('e', { outcome: 'reused' }),
      built('d', {}),
      { ...built('c', { outcome: 'failed', error: ERROR }, {}), manifest: skipped },
      built('b', { outcome: 'skipped' }),
      { ...built('a'), prepare: prepareResult({ outcome: 'timed out' }) },
      imageResult({ image: 'f', prepare: prepareResult() }),
      { ...built('g', { outcome: 'reused' }), manifest: manifestResult({ outcome: 'reused' }) },
    ]);
    expect(images.map(({ result, outcome }) => `${result.image} ${outcome}`)).toEqual([
      'c failed',
      'a timed out',
      'b skipped',
      'd built',
      'e built',
      'g reused',
      'f prepared',
    ]);
    expect(images.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('says the error of what failed, else why a platform is so, else why the index is', () => {
    const headlines = viewPage([
      built('a', { reason: 'first' }, { outcome: 'failed', error: ERROR }),
      built('b', { outcome: 'reused', reason: 'since v1' }, { reason: 'files changed' }),
      imageResult({ image: 'c', manifest: manifestResult({ reason: 'a platform is new' }) }),
    ]).images.map(({ headline }) => headline);
    expect(headlines).toEqual(['BUILD_FAILED: the builder ended', 'files changed', 'a platform is new']);
  });

  it('adds up sizes only where all are known', () => {
    const sizes = viewPage([built('a', { size: 1 }, { size: 2 }), imageResult({ image: 'b' })]).images;
    expect(sizes.map(({ size }) => size)).toEqual([3, undefined]);
  });

  it('is about the run that began last, or the one that is told', () => {
    const old = imageResult({ image: 'a', run: 'old', builds: [buildResult({ started: '2026-11-21T00:00:00.000Z' })] });
    const results = [old, built('b', {})];
    const earlier = (page: ReturnType<typeof viewPage>) => page.images.map((image) => image.earlier);
    expect(earlier(viewPage(results))).toEqual([true, false]);
    expect(viewPage(results)).toMatchObject({ run: 'a1b2c3d4', started: '2026-11-22T10:00:00.000Z', seconds: 2 });
    const told = viewPage(results, runResult({ run: 'old', started: '2026-11-20T23:59:00.000Z' }));
    expect(earlier(told)).toEqual([false, true]);
    expect(told.started).toBe('2026-11-20T23:59:00.000Z');
  });

  it('spans the run from its beginning to its end', () => {
    const facts = runResult({ started: '2026-11-22T09:59:58.000Z', ended: '2026-11-22T10:00:07.500Z' });
    expect(viewPage([built('a', {})], facts).seconds).toBe(9.5);
    expect(viewPage([])).toMatchObject({ run: '', started: undefined, seconds: 0 });
  });

  it('names an element by the image, where that can be a name', () => {
    const anchors = viewPage([built('a b'), built('web-1.2')]).images.map(({ anchor }) => anchor);
    expect(anchors).toEqual(['image-0', 'image-web-1.2']);
  });
});
