import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOTES_FILE, openNoteLog } from './note-log';

const fail = (text: string): void => {
  throw new Error(text);
};

test('all processes of a run write to one file, another run begins it anew, and no line holds a secret', () => {
  const root = mkdtempSync(join(tmpdir(), 'hephy-notes-'));
  const lines = () => readFileSync(join(root, NOTES_FILE), 'utf8').trimEnd().split('\n');
  openNoteLog(root, 'aaaaaaaaaaaa', fail)('old');
  const one = openNoteLog(root, 'bbbbbbbbbbbb', fail);
  one('first');
  openNoteLog(root, 'bbbbbbbbbbbb', fail)('GET https://me:s3cret@r.test/\nsecond');
  one('third');
  const said = lines().map((line) => line.replace(/^\d{4}-\S+Z /, ''));
  expect(said[0]).toBe('bbbbbbbbbbbb first');
  expect(said[1]).toMatch(/^bbbbbbbbbbbb GET https:\/\/\*\*\*@r\.test/);
  expect(said.at(-1)).toBe('bbbbbbbbbbbb third');
  rmSync(root, { recursive: true });
});

test('a file that cannot be written is told of once, and ends nothing', () => {
  const root = mkdtempSync(join(tmpdir(), 'hephy-notes-'));
  mkdirSync(join(root, NOTES_FILE), { recursive: true });
  const told: string[] = [];
  const log = openNoteLog(root, 'aaaaaaaaaaaa', (text) => told.push(text));
  log('first');
  log('second');
  expect(told).toEqual([`${NOTES_FILE} cannot be written (EISDIR): notes are shown here only`]);
  rmSync(root, { recursive: true });
});
