import { isSpace } from './white-space';

export interface ArgDeclaration {
  readonly name: string;
  /** Unexpanded, quotes included; undefined: without a default. */
  readonly value: string | undefined;
}

/** `A=1 B="x y" C` as buildkit's parseNameOrNameVal splits it: at white space outside quotes. */
export function splitArg(text: string, escape: string): readonly ArgDeclaration[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === '' && isSpace(character)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    word += character;
    if (character === quote) quote = '';
    else if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === escape && quote !== "'") word += text.charAt(++at);
  }
  if (word !== '') words.push(word);
  return words.map((one) => {
    const equals = one.indexOf('=');
    return equals < 0 ? { name: one, value: undefined } : { name: one.slice(0, equals), value: one.slice(equals + 1) };
  });
}
