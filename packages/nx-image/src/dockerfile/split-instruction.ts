import type { Flag, Instruction, Piece } from './instruction';
import { isSpace, skipSpace, trimmedEnd } from './white-space';

const MAX_ONBUILD_DEPTH = 2;

/**
 * Keyword, flags and arguments of a logical line, by the rules of buildkit's frontend/dockerfile/parser/split_command.go.
 * Flags are what begins with `--` before the first word that does not.
 */
export function splitInstruction(
  text: string,
  pieces: readonly Piece[],
  line: number,
  escape: string,
  start = 0,
  depth = 1,
): Omit<Instruction, 'heredocs'> {
  const begin = skipSpace(text, start);
  const end = trimmedEnd(text, begin);
  const keywordEnd = begin + text.slice(begin, end).search(/[\t\v\f\r ]|$/);
  const keyword = text.slice(begin, keywordEnd).toUpperCase();
  const { flags, rest } = splitFlags(text, keywordEnd, end, escape);
  const range = { start: Math.min(skipSpace(text, rest), end), end };
  const split = { keyword, line, text, pieces, flags, arguments: range };
  if (keyword !== 'ONBUILD' || range.start === end || depth === MAX_ONBUILD_DEPTH) return split;
  const trigger = splitInstruction(text, pieces, line, escape, range.start, depth + 1);
  return { ...split, trigger: { ...trigger, heredocs: false } };
}

function splitFlags(text: string, start: number, end: number, escape: string): { flags: Flag[]; rest: number } {
  const flags: Flag[] = [];
  let at = start;
  for (;;) {
    while (at < end && isSpace(text.charAt(at))) at++;
    if (at === end || !text.startsWith('--', at)) return { flags, rest: at };
    const flag = readFlag(text, at, end, escape);
    at = flag.range.end;
    if (flag.text === '--') return { flags, rest: at };
    flags.push(flag);
  }
}

function readFlag(text: string, start: number, end: number, escape: string): Flag {
  let word = '';
  const positions: number[] = [];
  let quote = '';
  let at = start;
  for (; at < end; at++) {
    let character = text.charAt(at);
    if (quote === '' && isSpace(character)) break;
    if (quote === '' && (character === "'" || character === '"')) {
      quote = character;
      continue;
    }
    if (character === quote) {
      quote = '';
      continue;
    }
    if (character === escape) {
      if (at + 1 === end) continue;
      character = text.charAt(++at);
    }
    word += character;
    positions.push(at);
  }
  return { text: word, positions, range: { start, end: at } };
}
