/** What a pattern is made of: see `parse`. Numbers are characters that stand for themselves. */
type Token = number | 'one' | 'star' | 'directories' | 'loop' | 'rest' | CharacterClass;

interface CharacterClass {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** Steps that matching may take altogether. */
export interface StepBudget {
  left: number;
}

export class StepsSpent extends Error {}

/** What is wrong with a pattern. */
export class PatternError extends Error {}

const SLASH = 0x2f;

/**
 * One pattern of an ignore file, made plain (no `!`, no leading slash, no `.`, `..` or empty parts), by the rules of Docker's matcher:
 * https://github.com/moby/patternmatcher. It is matched by sets of states: no pattern takes more steps than its length times the path's.
 */
export class IgnorePattern {
  private readonly tokens: readonly Token[];
  /** The whole pattern, where all of it stands for itself. */
  private readonly plain: string | undefined;
  private states: number[] = [];
  private next: number[] = [];
  /** In which step a state was last entered. */
  private readonly entered: Uint32Array;
  private step = 0;

  /** @throws PatternError */
  constructor(
    text: string,
    private readonly budget: StepBudget,
  ) {
    this.tokens = parse(Array.from(text));
    const plain = this.tokens.every((token) => typeof token === 'number');
    this.plain = plain ? String.fromCodePoint(...(this.tokens as number[])) : undefined;
    this.entered = new Uint32Array(this.tokens.length + 1);
  }

  /** Whether it matches the path, or a directory that the path lies in. @throws StepsSpent */
  matches(path: string): boolean {
    if (this.plain !== undefined) {
      return path.startsWith(this.plain) && (path.length === this.plain.length || path[this.plain.length] === '/');
    }
    this.begin();
    this.states.length = 0;
    this.enter(this.states, 0);
    for (let at = 0; at < path.length && this.states.length > 0;) {
      const character = path.codePointAt(at) ?? 0;
      // The directory before this slash.
      if (character === SLASH && this.states.includes(this.tokens.length)) return true;
      this.advance(character);
      at += character > 0xffff ? 2 : 1;
    }
    return this.states.includes(this.tokens.length);
  }

  private advance(character: number): void {
    this.budget.left -= this.states.length;
    if (this.budget.left < 0) throw new StepsSpent();
    this.begin();
    this.next.length = 0;
    for (const state of this.states) {
      const token = this.tokens[state];
      if (token === undefined || token === 'directories') continue;
      if (token === 'star') {
        if (character !== SLASH) this.enter(this.next, state);
      } else if (token === 'rest') this.enter(this.next, state);
      else if (token === 'loop') {
        this.enter(this.next, state);
        if (character === SLASH) this.enter(this.next, state + 1);
      } else if (takes(token, character)) this.enter(this.next, state + 1);
    }
    [this.states, this.next] = [this.next, this.states];
  }

  /** A state, with those that are reached from it without a character. */
  private enter(states: number[], state: number): void {
    for (let at = state; ;) {
      if (this.entered[at] === this.step) return;
      this.entered[at] = this.step;
      states.push(at);
      const token = this.tokens[at];
      if (token === 'directories') this.enter(states, at + 1);
      if (token !== 'star' && token !== 'rest' && token !== 'directories') return;
      at += token === 'directories' ? 2 : 1;
    }
  }

  private begin(): void {
    this.step++;
    if (this.step < 0xffffffff) return;
    this.entered.fill(0);
    this.step = 1;
  }
}

function takes(token: number | 'one' | CharacterClass, character: number): boolean {
  if (typeof token === 'number') return token === character;
  if (token === 'one') return character !== SLASH;
  return token.ranges.some(([from, to]) => from <= character && character <= to) !== token.negated;
}

/**
 * `**` is any number of directories, at the end anything; `*` and `?` take no slash; `[a-z]` and `[^a-z]` are classes; a backslash takes the special sense away.
 * `**.log` is what ends so, for the matcher takes `**` before plain characters alone for a suffix.
 */
function parse(characters: readonly string[]): Token[] {
  const suffix = /^\*\*([^*?[\]\\/][^*?[\]\\]*)$/su.exec(characters.join(''))?.[1];
  if (suffix !== undefined) return ['rest', ...parse(Array.from(suffix))];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*' && characters[at + 1] === '*') {
      while (characters[at + 1] === '*') at++;
      if (characters[at + 1] === '/') at++;
      if (at + 1 >= characters.length) tokens.push('rest');
      else if (tokens.at(-1) !== 'loop') tokens.push('directories', 'loop');
    } else if (character === '*') tokens.push('star');
    else if (character === '?') tokens.push('one');
    else if (character === '[') {
      const { token, end } = parseClass(characters, at);
      tokens.push(token);
      at = end;
    } else {
      const literal = character === '\\' ? characters[++at] : character;
      if (literal === undefined) throw new PatternError('it ends in a backslash');
      tokens.push(literal.codePointAt(0) ?? 0);
    }
  }
  return tokens;
}

function parseClass(
  characters: readonly string[],
  start: number,
): { readonly token: CharacterClass; readonly end: number } {
  const negated = characters[start + 1] === '^';
  const ranges: [number, number][] = [];
  let at = start + (negated ? 2 : 1);
  const take = (): number => {
    const character = characters[at] === '\\' ? characters[++at] : characters[at];
    if (character === undefined) throw new PatternError('a bracket is not closed');
    at++;
    return character.codePointAt(0) ?? 0;
  };
  while (characters[at] !== ']') {
    const from = take();
    const isRange = characters[at] === '-' && characters[at + 1] !== ']';
    if (isRange) at++;
    const to = isRange ? take() : from;
    if (to < from) throw new PatternError('a range in brackets goes backwards');
    ranges.push([from, to]);
  }
  if (ranges.length === 0) throw new PatternError('there is nothing between brackets');
  return { token: { negated, ranges }, end: at };
}
