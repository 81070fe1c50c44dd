import type { Instruction } from '../instruction';
import { argumentText, listedWords } from './difference';

/** Programs that only read what they are given, up to the last argument. */
const READ_ALL_BUT_LAST = new Set(['cp', 'install', 'ln']);
const SHELL = /^(?:ba|da|z|k|a)?sh$/;

/**
 * Whether the instruction may write below the path, a volume that was declared before. Of a RUN in exec form it is told what its program writes; a script that
 * names the path is taken to write there.
 */
export function mayWriteTo(instruction: Instruction, path: string): boolean {
  switch (instruction.keyword) {
    case 'COPY':
    case 'ADD':
      return names(argumentText(instruction), path);
    case 'WORKDIR': {
      // The directory itself VOLUME has made.
      const text = argumentText(instruction);
      return names(text, path) && text.trim().replace(/\/+$/, '') !== path;
    }
    case 'RUN':
      return runMayWriteTo(instruction, path);
    default:
      return false;
  }
}

function runMayWriteTo(instruction: Instruction, path: string): boolean {
  const text = argumentText(instruction);
  if (!text.startsWith('[')) return names(text, path);
  const [program = '', ...given] = listedWords(instruction).map((word) => word.text);
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (SHELL.test(name) || name === 'busybox') return names(given.join(' '), path);
  const elsewhere = given.some((word) => /^(?:-t|--target-directory)/.test(word));
  const written = READ_ALL_BUT_LAST.has(name) && !elsewhere ? given.slice(-1) : given;
  return names(written.join(' '), path);
}

function names(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + path.length);
    if (!/[\w.@/-]/.test(before) && !/[\w.@-]/.test(after)) return true;
  }
  return false;
}
