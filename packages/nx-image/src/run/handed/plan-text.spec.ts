import { gzipSync } from 'node:zlib';
import { prepareResult } from '../../../testing/results';
import { partOf, type HandedPlan } from '../../ci/handed-plan';
import { readHandedPlan, writeHandedPlan } from './plan-text';

const PLAN: HandedPlan = {
  version: 1,
  run: {
    ...{ id: '0123456789ab', started: '2026-11-22T21:00:00.000Z', commit: 'a'.repeat(40) },
    ...{ publish: false, scope: 'mr12', push: true, rebuild: ['web', 'a "quoted" $name'] },
  },
  given: { web: { 'web linux/amd64': '0123456789abcdef' }, base: {} },
  failed: [{ project: 'web', image: 'web-debug', error: { code: 'X', message: 'x', output: [] } }],
  prepared: [
    prepareResult({
      image: 'base',
      dockerfile: { path: 'base/Dockerfile', text: 'FROM scratch\nRUN echo "ä`$(x)"\n' },
    }),
    prepareResult({ image: 'web', outcome: 'failed', error: { code: 'BASE_NOT_FOUND', message: 'gone', output: [] } }),
  ],
};
const textOf = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64');

test('comes back as it was, and is one word', () => {
  const text = writeHandedPlan(PLAN);
  expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
  expect(writeHandedPlan(PLAN)).toBe(text);
  expect(readHandedPlan(text, 'plan')).toEqual(PLAN);
  expect(readHandedPlan(` ${text.replace(/.{76}/g, '$&\n')}\n`, 'plan')).toEqual(PLAN);
});

test('a part of it has those projects only', () => {
  const part = partOf(PLAN, ['web', 'unknown']);
  expect(part.run).toEqual(PLAN.run);
  expect(part.given).toEqual({ web: PLAN.given?.web });
  expect(part.failed).toEqual(PLAN.failed);
  expect(partOf(PLAN, ['base']).failed).toEqual([]);
  expect(part.prepared.map(({ image }) => image)).toEqual(['web']);
});

const whole = writeHandedPlan(PLAN);
test.each<[string, string, string]>([
  ['nothing', '', 'it is empty'],
  ['text', 'no plan!', 'it is not base64'],
  ['base64 of text', Buffer.from('hello hello').toString('base64'), 'it is not gzip'],
  ['the half of one', whole.slice(0, whole.length / 2), 'it is cut short'],
  ['huge text', 'A'.repeat(9 * 2 ** 20), 'longer than 8 MiB'],
  ['a bomb', gzipSync(Buffer.alloc(129 * 2 ** 20)).toString('base64'), 'unpacked it is longer than'],
  ['no JSON', gzipSync('{').toString('base64'), 'it holds no JSON'],
  ['another version', textOf({ ...PLAN, version: 2 }), 'version'],
  ['a scope of its own', textOf({ ...PLAN, run: { ...PLAN.run, scope: 'mr1-in-' } }), 'run.scope'],
  ['a run id that is a path', textOf({ ...PLAN, run: { ...PLAN.run, id: '../../x' } }), 'run.id'],
  ['a result that is none', textOf({ ...PLAN, prepared: [{ image: 'web' }] }), 'prepared[0]'],
])('refuses %s', (_, text, problem) => {
  expect(() => readHandedPlan(text, '.hephy/plan')).toThrow(
    expect.objectContaining({
      code: 'PLAN_INVALID',
      message: expect.stringContaining(problem) as string,
      where: { file: '.hephy/plan' },
    }) as Error,
  );
});
