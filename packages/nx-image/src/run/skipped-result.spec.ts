import { buildResult, manifestResult, prepareResult } from '../../testing/results';
import { isBuildResult, isManifestResult, isPrepareResult } from '../report/is-result';
import type { StepResult } from './result-store';
import type { Step } from './run-step';
import { skippedResult } from './skipped-result';

const step = (root: string, kind: Step['step'], change: Partial<Step> = {}): Step => {
  return { root, variant: undefined, step: kind, platform: undefined, ...change };
};
const build = step('images/web', 'build', { platform: 'linux/amd64' });
const manifest = step('images/web', 'manifest');
const prepare = step('images/web', 'prepare');

const failed = { outcome: 'failed' as const, error: { code: 'BUILD_RUN_FAILED', message: 'x', output: [] } };
const base = buildResult({ image: 'base', platform: 'linux/amd64', ...failed });

test.each<[string, StepResult]>([
  ['base linux/amd64 failed', base],
  ['base linux/amd64 timed out', { ...base, outcome: 'timed out' }],
  ['base linux/amd64 was cancelled', { ...base, outcome: 'cancelled' }],
  ['base prepare failed', prepareResult({ image: 'base', ...failed })],
  ['base manifest failed', manifestResult({ image: 'base', ...failed })],
  ['linux/amd64 failed', { ...base, image: 'web' }],
])('because %s', (reason, cause) => {
  const result = skippedResult(manifest, 'a1', cause, []);
  expect(result).toMatchObject({ image: 'web', step: 'manifest', run: 'a1', outcome: 'skipped', reason });
});

test('name what failed first, however many were skipped since', () => {
  const between = skippedResult(step('images/mid', 'build'), 'a1', base, ['base']);
  expect(skippedResult(build, 'a1', between!, ['mid'])).toMatchObject({
    reason: 'base linux/amd64 failed',
    because: { image: 'base', step: 'build', platform: 'linux/amd64', outcome: 'failed' },
    parents: ['mid'],
  });
});

test('are results that the next step can read', () => {
  expect(isBuildResult(skippedResult(build, 'a1', base, ['base']))).toBe(true);
  expect(isManifestResult(skippedResult(manifest, 'a1', base, []))).toBe(true);
  expect(isPrepareResult(skippedResult(prepare, 'a1', base, []))).toBe(true);
});

test('where the image itself could not be prepared, that is all that there is to say', () => {
  expect(skippedResult(build, 'a1', prepareResult({ image: 'web', ...failed }), [])).toBeUndefined();
});

test('of a variant the `prepare` of its directory says nothing, so that its own result does', () => {
  const debug = { ...build, variant: 'debug' };
  const result = skippedResult(debug, 'a1', prepareResult({ image: 'web', ...failed }), []);
  expect(result).toMatchObject({ image: 'web-debug', outcome: 'skipped', reason: 'prepare failed' });
  expect(skippedResult(debug, 'a1', { ...base, image: 'web' }, [])).toMatchObject({ reason: 'web linux/amd64 failed' });
  expect(isBuildResult(result)).toBe(true);
});
