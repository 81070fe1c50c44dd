import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOTES_FILE, openNoteLog } from './note-log';

test('all processes of a run write to one file, another run begins it anew, and no line holds a secret', () => {
  const root = mkdtempSync(join(tmpdir(), 'hephy-notes-'));
  const lines = () => readFileSync(join(root, NOTES_FILE), 'utf8').trimEnd().split('\n');
  openNoteLog(root, 'aaaaaaaaaaaa')('old');
  const one = openNoteLog(root, 'bbbbbbbbbbbb');
  one('first');
  openNoteLog(root, 'bbbbbbbbbbbb')('GET https://me:s3cret@r.test/\nsecond');
  one('third');
  const said = lines().map((line) => line.replace(/^\d{4}-\S+Z /, ''));
  expect(said[0]).toBe('bbbbbbbbbbbb first');
  expect(said[1]).toMatch(/^bbbbbbbbbbbb GET https:\/\/\*\*\*@r\.test/);
  expect(said.at(-1)).toBe('bbbbbbbbbbbb third');
  rmSync(root, { recursive: true });
});
