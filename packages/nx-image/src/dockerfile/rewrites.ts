import type { BuilderName } from '../config/build-config';
import type { Range } from './dockerfile';
import { sourceRange, type Instruction } from './instruction';
import { flagName, flagValue } from './known-flags';

/** A part of the file that the builder is given in other words, because it would take these for something else. */
export interface Rewrite {
  readonly range: Range;
  readonly text: string;
}

/** Of the instructions of used stages. */
export function findRewrites(instructions: readonly Instruction[], builder: BuilderName): readonly Rewrite[] {
  return instructions.flatMap((instruction) =>
    builder === 'kaniko' ? readScript(instruction) : leaveOutFlags(instruction),
  );
}

/**
 * `RUN <<EOF` is a script for the shell. Kaniko makes `<<EOF sh` of it: the outer shell expands the variables before the script sets them; and of
 * `<<"EOF"` and `<<-EOF` a here-document that nobody reads. So the shell is told to read it, as it is, in this very shell.
 */
function readScript(instruction: Instruction): Rewrite[] {
  const { script } = instruction;
  if (script === undefined || script.name.includes("'")) return [];
  const text = `. /dev/fd/3 3<<${script.chomp ? '-' : ''}'${script.name}'`;
  return [{ range: sourceRange(instruction, instruction.arguments), text }];
}

/** What buildah 1.28 does not know and need not: its network is the machine's, and a layer for itself is what it makes. */
function leaveOutFlags(instruction: Instruction): Rewrite[] {
  const { keyword, flags } = instruction;
  return flags.flatMap(({ text, range }) => {
    const name = flagName(text);
    const value = flagValue(text);
    const needless =
      keyword === 'RUN'
        ? (name === 'network' && (value === 'default' || value === 'host')) ||
          (name === 'security' && value === 'sandbox')
        : (keyword === 'COPY' || keyword === 'ADD') && name === 'link';
    return needless ? [{ range: sourceRange(instruction, range), text: '' }] : [];
  });
}
