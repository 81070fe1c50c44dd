/** Objects of `github`, `needs`, `matrix` and so on, by name. */
export type Contexts = Readonly<Record<string, unknown>>;
export type Functions = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;

const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<number>-?\d+(?:\.\d+)?)|(?<name>[A-Za-z_][\w-]*)|(?<mark>&&|\|\||==|!=|[!()[\],.]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'mark' | 'end';
  readonly text: string;
}

/** As much of https://docs.github.com/en/actions/reference/workflows-and-actions/expressions as generated workflows have. */
export function evaluate(source: string, contexts: Contexts, functions: Functions): unknown {
  const tokens = tokenize(source);
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '' };
  const take = (mark: string): boolean => {
    if (peek().kind !== 'mark' || peek().text !== mark) return false;
    at += 1;
    return true;
  };
  const need = (mark: string): void => {
    if (!take(mark)) throw new Error(`${source}: ${mark} expected at ${peek().text}`);
  };
  const either = (): unknown => {
    let value = both();
    while (take('||')) {
      const other = both();
      value = isTrue(value) ? value : other;
    }
    return value;
  };
  const both = (): unknown => {
    let value = equal();
    while (take('&&')) {
      const other = equal();
      value = isTrue(value) ? other : value;
    }
    return value;
  };
  const equal = (): unknown => {
    let value = unary();
    for (;;) {
      if (take('==')) value = isEqual(value, unary());
      else if (take('!=')) value = !isEqual(value, unary());
      else return value;
    }
  };
  const unary = (): unknown => (take('!') ? !isTrue(unary()) : member(primary()));
  const member = (value: unknown): unknown => {
    if (take('.')) {
      const { text } = peek();
      at += 1;
      return member(property(value, text));
    }
    if (!take('[')) return value;
    const key = either();
    need(']');
    return member(property(value, String(key)));
  };
  const primary = (): unknown => {
    const { kind, text } = peek();
    at += 1;
    if (kind === 'text') return text.slice(1, -1).replaceAll("''", "'");
    if (kind === 'number') return Number(text);
    if (kind === 'mark' && text === '(') {
      const value = either();
      need(')');
      return value;
    }
    if (kind !== 'name') throw new Error(`${source}: ${JSON.stringify(text)} is no value`);
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    if (!take('(')) {
      if (!Object.hasOwn(contexts, text)) throw new Error(`${source}: no context ${text}`);
      return contexts[text];
    }
    const values: unknown[] = [];
    while (!take(')')) {
      values.push(either());
      take(',');
    }
    const called = functions[text];
    if (called === undefined) throw new Error(`${source}: no function ${text}`);
    return called(...values);
  };
  const value = either();
  if (peek().kind !== 'end') throw new Error(`${source}: ${peek().text} is too much`);
  return value;
}

/** Text with `${{ }}` in it; an expression alone keeps its type. */
export function fill(template: unknown, contexts: Contexts, functions: Functions): unknown {
  if (typeof template !== 'string') return template;
  const alone = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(template.trim());
  if (alone !== null) return evaluate(alone[1] ?? '', contexts, functions);
  return template.replace(/\$\{\{(.*?)\}\}/gs, (_, source: string) => asText(evaluate(source, contexts, functions)));
}

export function isTrue(value: unknown): boolean {
  return !(value === false || value === null || value === undefined || value === '' || value === 0);
}

export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const FUNCTIONS: Functions = {
  fromJSON: (text) => JSON.parse(String(text)) as unknown,
  format: (template, ...values) =>
    String(template).replace(/\{(\d+)\}/g, (_, index: string) => asText(values[Number(index)])),
};

function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trim();
  for (let end = 0; end < text.length; end = TOKEN.lastIndex) {
    TOKEN.lastIndex = end;
    const groups = TOKEN.exec(text)?.groups;
    const [kind, found] =
      Object.entries(groups ?? {}).find(([, value]) => (value as string | undefined) !== undefined) ?? [];
    if (kind === undefined || found === undefined) throw new Error(`${source}: cannot be read at ${text.slice(end)}`);
    tokens.push({ kind: kind as Token['kind'], text: found });
  }
  return tokens;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** Letters' case does not count; what is missing is the empty text. */
function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one === typeof other && typeof one !== 'string') return one === other;
  return asText(one).toLowerCase() === asText(other).toLowerCase();
}
