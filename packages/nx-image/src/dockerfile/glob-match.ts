/**
 * The patterns of `${V#p}`, `${V%p}` and `${V/p/r}`: `*`, `?` and backslash escapes, nothing else
 * (https://docs.docker.com/reference/dockerfile/#environment-replacement). Matched by sets of states: no pattern takes exponential time.
 */
type Token = 'any' | 'one' | { readonly literal: string };

/** undefined for an escape that Docker refuses. */
export function parsePattern(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === '*') tokens.push('any');
    else if (character === '?') tokens.push('one');
    else if (character === '\\') {
      const next = characters[++index];
      if (next === undefined || !'*?\\}/'.includes(next)) return undefined;
      tokens.push({ literal: next });
    } else tokens.push({ literal: character });
  }
  return tokens;
}

/** How many characters of the value, from `start`, the pattern matches at least or at most; undefined: none does. */
function matchedLength(
  tokens: readonly Token[],
  value: readonly string[],
  start: number,
  longest: boolean,
): number | undefined {
  let states = closure(tokens, new Set([0]));
  let found = states.has(tokens.length) ? 0 : undefined;
  for (let index = start; index < value.length && states.size > 0; index++) {
    if (found !== undefined && !longest) return found;
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === 'any') next.add(state);
      else if (token === 'one' || (token !== undefined && token.literal === value[index])) next.add(state + 1);
    }
    states = closure(tokens, next);
    if (states.has(tokens.length)) found = index - start + 1;
  }
  return found;
}

function closure(tokens: readonly Token[], states: Set<number>): Set<number> {
  for (const state of states) if (tokens[state] === 'any') states.add(state + 1);
  return states;
}

export function trimPrefix(tokens: readonly Token[], value: string, longest: boolean): string {
  const characters = Array.from(value);
  return characters.slice(matchedLength(tokens, characters, 0, longest) ?? 0).join('');
}

export function trimSuffix(tokens: readonly Token[], value: string, longest: boolean): string {
  const characters = Array.from(value).reverse();
  const length = matchedLength([...tokens].reverse(), characters, 0, longest) ?? 0;
  return characters.slice(length).reverse().join('');
}

export function replaceMatches(tokens: readonly Token[], value: string, replacement: string, all: boolean): string {
  const characters = Array.from(value);
  let replaced = '';
  let done = false;
  for (let index = 0; index < characters.length;) {
    const length = done ? undefined : matchedLength(tokens, characters, index, true);
    if (length === undefined || length === 0) {
      replaced += characters[index++] ?? '';
      continue;
    }
    replaced += replacement;
    index += length;
    done = !all;
  }
  return replaced;
}
