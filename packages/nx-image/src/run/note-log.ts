import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainLine, shortText } from '../builders/plain-line';
import { redact } from '../errors/redact';
import { RESULTS_DIRECTORY } from './result-store';

/** Beside the directory of the images, any of which may have any name. */
export const NOTES_FILE = `${RESULTS_DIRECTORY}.log`;

/**
 * Everything that a run waited for or did otherwise, one line each with its time: `dist/images.log`. All processes of a run write to the file; the first
 * note of another run begins it anew.
 */
export function openNoteLog(workspaceRoot: string, run: string): (text: string) => void {
  const path = join(workspaceRoot, NOTES_FILE);
  let opened = false;
  return (text) => {
    if (!opened) {
      mkdirSync(dirname(path), { recursive: true });
      if (!isOf(path, run)) rmSync(path, { force: true });
      opened = true;
    }
    appendFileSync(path, `${new Date().toISOString()} ${run} ${shortText(redact(plainLine(text)), 2000)}\n`);
  };
}

function isOf(path: string, run: string): boolean {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0]?.split(' ')[1] === run;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
