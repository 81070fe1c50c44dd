import { buildResult, manifestResult, prepareResult } from '../../testing/results';
import { isBuildResult, isManifestResult, isPrepareResult } from '../report/is-result';
import type { StepResult } from '../run/result-store';
import { executorTask } from './executor-task';
import { skippedResult } from './skipped-result';

const build = executorTask('web:build-amd64', 'images/web', '@hephy/nx-image:kaniko', { platform: 'linux/amd64' });
const manifest = executorTask('web:manifest', 'images/web', '@hephy/nx-image:manifest-tool', {});
const prepare = executorTask('web:prepare', 'images/web', '@hephy/nx-image:kaniko', { step: 'prepare' });

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
  const between = skippedResult(executorTask('mid:build-amd64', 'images/mid', '', {}), 'a1', base, ['base']);
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
  const options = { platform: 'linux/amd64', variant: 'debug' };
  const debug = executorTask('web:build-amd64--debug', 'images/web', '@hephy/nx-image:kaniko', options);
  const result = skippedResult(debug, 'a1', prepareResult({ image: 'web', ...failed }), []);
  expect(result).toMatchObject({ image: 'web-debug', outcome: 'skipped', reason: 'prepare failed' });
  expect(skippedResult(debug, 'a1', { ...base, image: 'web' }, [])).toMatchObject({ reason: 'web linux/amd64 failed' });
  expect(isBuildResult(result)).toBe(true);
});
