import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HandedPlan } from '../../ci/handed-plan';
import { readRunSeed, RUN_VARIABLE } from '../run-seed';
import { writeHandedPlan } from './plan-text';
import { readPlanOf } from './read-plan-file';
import { requireCommit } from './require-commit';
import { seedOfPlan } from './seed-of-plan';

const PLAN: HandedPlan = {
  version: 1,
  run: {
    ...{ id: 'ba9876543210', started: '2026-11-20T08:00:00.000Z', commit: 'a'.repeat(40) },
    ...{ publish: true, push: true, rebuild: ['web'] },
  },
  prepared: [],
};
const SEED = {
  ...{ id: '0123456789ab', started: '2026-11-22T08:00:00.000Z' },
  ...{ parallel: 2, bails: false, showsTable: true, rebuild: undefined },
};
const root = mkdtempSync(join(tmpdir(), 'hephy-plan-'));
writeFileSync(join(root, 'plan'), writeHandedPlan(PLAN));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const seedIn = (HEPHY_PLAN?: string) => seedOfPlan(SEED, root, { HEPHY_PLAN });

test('all jobs are of one run, and each nx command has an id of its own', () => {
  const seed = seedIn('plan');
  expect(seed).toEqual({
    ...SEED,
    ...PLAN.run,
    command: SEED.id,
    commit: undefined,
    publish: undefined,
    push: undefined,
  });
  // As the plugin leaves it, and an executor's process finds it again.
  const read = readRunSeed({ [RUN_VARIABLE]: JSON.stringify(seed) });
  expect(seedOfPlan(read, root, { HEPHY_PLAN: 'plan' })).toEqual(read);
  expect(read).toMatchObject({ id: PLAN.run.id, command: SEED.id, rebuild: ['web'] });
});

test('what the command line has rebuilt goes before the plan', () => {
  expect(seedOfPlan({ ...SEED, rebuild: [] }, root, { HEPHY_PLAN: 'plan' }).rebuild).toEqual([]);
});

test('without a plan, or with one that cannot be read, the seed is as it was', () => {
  for (const file of [undefined, '', 'none', '.']) expect(seedIn(file)).toEqual(SEED);
});

test.each([
  ['none', 'there is no such file'],
  ['.', 'it is no file'],
  ['/dev/zero', 'it is no file'],
])('%s is no plan', (file, problem) => {
  expect(() => readPlanOf(root, { HEPHY_PLAN: file })).toThrow(
    expect.objectContaining({ code: 'PLAN_INVALID', message: expect.stringContaining(problem) as string }) as Error,
  );
});

test('a plan of another commit, and a checkout without one', () => {
  requireCommit(PLAN.run, PLAN.run.commit);
  for (const head of ['b'.repeat(40), undefined]) {
    expect(() => {
      requireCommit(PLAN.run, head);
    }).toThrow(expect.objectContaining({ code: 'PLAN_FOREIGN' }) as Error);
  }
});
