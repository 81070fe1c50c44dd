import { scanInstructions } from './scan-instructions';

/**
 * The line of the instruction that a builder says it is at, in its words; undefined: it is at none of the file's.
 * @param seen how often the builder said so: of two instructions alike it is at the second the second time
 */
export function findLine(text: string, said: string, seen = 1): number | undefined {
  const wanted = plain(said);
  const lines = scanInstructions(text, '').instructions.flatMap((instruction) =>
    plain(instruction.text) === wanted ? [instruction.line] : [],
  );
  return lines[(seen - 1) % Math.max(1, lines.length)];
}

/** Keywords in one case, white space and continuations as one blank. */
function plain(instruction: string): string {
  return instruction
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^\S+/, (keyword) => keyword.toUpperCase());
}
