import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factsOf } from '../../testing/facts';
import { readRunRecord, recordEnd, recordRun } from './run-record';

const seed = { id: '0123456789ab', started: '2026-11-22T10:00:00.000Z', parallel: 3 };
const error = { code: 'REGISTRY_DENIED', message: 'no', output: [] };
const end = { ended: '2026-11-22T10:01:00.000Z', asked: { command: 'run', targets: ['manifest'], projects: [] } };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hephy-record-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('has what each process knows, and the end', () => {
  recordRun(root, seed, factsOf());
  recordRun(root, seed, [error]);
  recordRun(root, seed, factsOf());
  expect(recordEnd(root, seed, end)).toMatchObject({ run: seed.id, parallel: 3, publish: factsOf().publish, ...end });
  expect(readRunRecord(root)?.errors).toEqual([error]);
});

test('that a run could not begin is its record', () => {
  recordRun(root, seed, [error]);
  expect(readRunRecord(root)).toMatchObject({ run: seed.id, errors: [error] });
  expect(readRunRecord(root)).not.toHaveProperty('repository');
});

test('the record of another run is not gone on with, nor is what is none', () => {
  recordRun(root, { ...seed, id: 'ba9876543210' }, [error]);
  expect(recordEnd(root, seed, end)).toBeUndefined();
  recordRun(root, seed, factsOf());
  expect(readRunRecord(root)?.errors).toEqual([]);
  mkdirSync(join(root, 'dist/hephy'), { recursive: true });
  writeFileSync(join(root, 'dist/hephy/run.json'), '{');
  expect(() => readRunRecord(root)).toThrow('this is no result that hephy can read');
  recordRun(root, seed, factsOf());
  expect(readRunRecord(root)?.run).toBe(seed.id);
});
