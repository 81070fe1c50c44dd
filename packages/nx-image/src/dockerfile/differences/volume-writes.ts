import { posix } from 'node:path';
import type { Instruction } from '../instruction';
import { argumentText, listedWords, type StageView } from './difference';

/** Programs that only read what they are given, up to the last argument. */
const READ_ALL_BUT_LAST = new Set(['cp', 'install', 'ln']);
const SHELL = /^(?:ba|da|z|k|a)?sh$/;

/**
 * Whether the instruction may write below the path, a volume that was declared before. Of a RUN in exec form it is told what its program writes; a script that
 * names the path, or runs in it, is taken to write there.
 * @param directory that it is carried out in, where it is known
 */
export function mayWriteTo(instruction: Instruction, path: string, directory = '/'): boolean {
  const isInside = `${directory}/`.startsWith(`${path}/`);
  switch (instruction.keyword) {
    case 'COPY':
    case 'ADD': {
      const to = listedWords(instruction).at(-1)?.text ?? '';
      return names(argumentText(instruction), path) || (isInside && !/^[/$]/.test(to));
    }
    case 'WORKDIR': {
      // The directory itself VOLUME has made.
      const text = argumentText(instruction);
      return names(text, path) && text.trim().replace(/\/+$/, '') !== path;
    }
    case 'RUN':
      return runMayWriteTo(instruction, path) || (isInside && !argumentText(instruction).startsWith('['));
    default:
      return false;
  }
}

/** Whether a directory is perhaps copied to one that the path lies in: what it has there goes to the volume. */
export function mayCover(instruction: Instruction, path: string, directory: string | undefined): boolean {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
  const words = listedWords(instruction).map(({ text }) => text);
  const to = enterDirectory(directory, words.pop() ?? '');
  return (
    to !== undefined && path.startsWith(`${to}/`) && words.some((word) => /^[^.<]*$|(?:^|\/)\.{0,2}$|\*$/.test(word))
  );
}

/** Where each instruction of the stage is carried out; undefined where only the base or the build knows. */
export function findDirectories({ parent, instructions }: StageView): readonly (string | undefined)[] {
  let directory = parent === undefined ? undefined : endDirectory(parent);
  return instructions.map((instruction) => {
    const before = directory;
    if (instruction.keyword === 'WORKDIR') directory = enterDirectory(before, argumentText(instruction).trim());
    return before;
  });
}

function endDirectory(stage: StageView): string | undefined {
  const last = stage.instructions.at(-1);
  const before = findDirectories(stage).at(-1);
  return last?.keyword === 'WORKDIR' ? enterDirectory(before, argumentText(last).trim()) : before;
}

/** Where WORKDIR leads; undefined: only the build knows. */
export function enterDirectory(directory: string | undefined, to: string): string | undefined {
  if (/[$"'\\]/.test(to)) return undefined;
  if (to.startsWith('/')) return posix.normalize(`${to}/`).slice(0, -1);
  return directory === undefined ? undefined : posix.normalize(`${directory}/${to}/`).slice(0, -1);
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

/** Of a path that begins with a variable: whether it is written so, too. */
function names(written: string, volume: string): boolean {
  const [text, path] = [written, volume].map((one) => one.replace(/\$\{(\w+)\}/g, '$$$1')) as [string, string];
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + path.length);
    if (!/[\w.@/-]/.test(before) && !/[\w.@-]/.test(after)) return true;
  }
  return false;
}
