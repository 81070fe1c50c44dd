import type { Instruction } from './instruction';
import { lexWord, WordError } from './lex-word';

export interface Heredoc {
  readonly name: string;
  /** `<<-`: tabs before the closing name do not count. */
  readonly chomp: boolean;
}

const HEREDOC = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/;

/** The here-documents that the lines behind an instruction hold, in order; by the rules of buildkit's parser. Throws a WordError. */
export function findHeredocs(instruction: Omit<Instruction, 'heredocs'>): readonly Heredoc[] {
  if (!instruction.text.includes('<<')) return [];
  const holder = instruction.trigger ?? instruction;
  if (!['RUN', 'COPY', 'ADD'].includes(holder.keyword)) return [];
  if (isJsonArray(holder.text.slice(holder.arguments.start, holder.arguments.end))) return [];
  return wordsOf(instruction.text).flatMap((word) => {
    const [, dash, rest = ''] = HEREDOC.exec(word) ?? [];
    if (rest === '') return [];
    const [name, ...more] = lexWord(rest, { lookup: unset, escape: '\\', keepUnset: true }).words;
    return name === undefined || more.length > 0 ? [] : [{ name, chomp: dash === '-' }];
  });
}

/** What no shell could split has no here-documents: Docker leaves such lines to the shell. */
function wordsOf(text: string): readonly string[] {
  try {
    return lexWord(text, { lookup: unset, escape: '\\', raw: true, keepUnset: true }).words;
  } catch (error) {
    if (error instanceof WordError) return [];
    throw error;
  }
}

function isJsonArray(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function unset(): undefined {
  return undefined;
}
