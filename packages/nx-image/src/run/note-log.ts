import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainLine, shortText } from '../builders/plain-line';
import { redact } from '../errors/redact';
import { RESULTS_DIRECTORY } from './result-store';

/** Beside the directory of the images, any of which may have any name. */
export const NOTES_FILE = `${RESULTS_DIRECTORY}.log`;

/**
 * Everything that a run waited for or did otherwise, one line each with its time: `dist/images.log`. All processes of a run write to the file; the first
 * note of another run begins it anew. Notes are written from the middle of requests: that the file cannot be written ends none of them, and is told once.
 */
export function openNoteLog(
  workspaceRoot: string,
  run: string,
  onTrouble: (text: string) => void,
): (text: string) => void {
  const path = join(workspaceRoot, NOTES_FILE);
  let opened = false;
  let troubled = false;
  const write = (line: string): void => {
    if (!opened) {
      mkdirSync(dirname(path), { recursive: true });
      if (!isOf(path, run)) rmSync(path, { force: true });
      opened = true;
    }
    appendFileSync(path, line);
  };
  return (text) => {
    try {
      write(`${new Date().toISOString()} ${run} ${shortText(redact(plainLine(text)), 2000)}\n`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (!troubled) onTrouble(`${NOTES_FILE} cannot be written (${code}): notes are shown here only`);
      troubled = true;
    }
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
