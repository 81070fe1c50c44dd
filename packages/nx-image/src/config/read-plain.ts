import { newMapping, NULLS, type Value } from './value';

/** Longer files are not on anybody's hot path. */
const MAX_LENGTH = 32 * 1024;

/** Control characters (tabs too), odd line ends and what YAML treats apart: left to the parser. */
const STRANGE =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\0-\x09\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)/;
const KEY = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const NESTED_KEY = /^[A-Za-z0-9_][A-Za-z0-9_./-]{0,255}$/;
/** How a plain scalar may begin here; YAML allows more. */
const PLAIN_START = /^[A-Za-z0-9_./$=+\xa1-\ud7ff]/;
/** What stands for something else between brackets. */
const NOT_FLOW_PLAIN = /[[\]{}#&*!|>%@`?"']|:(?: |$)/;
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')$/;

/** Deeper is no config. */
const MAX_DEPTH = 4;

/**
 * Reads the YAML that configs are written in: keys at the margin, one-line scalars, block mappings of any of these, block lists of scalars,
 * `[a, b]` and `{a: b}` on one line, comments. undefined for everything else and for everything wrong: it is a shortcut past
 * the parser, thirty times as fast, and must agree with it wherever it answers.
 */
export function readPlain(text: string): Record<string, Value> | undefined {
  if (text.length > MAX_LENGTH || STRANGE.test(text)) return undefined;
  const cursor = new Cursor(text);
  const root = readMapping(cursor, 0, KEY, 0);
  return cursor.indent === END && !cursor.broken ? root : undefined;
}

const END = -1;

/** At one line that says something after the other. */
class Cursor {
  /** END: behind the last. */
  indent = END;
  /** Without the indentation and what is behind. */
  content = '';
  /** Whether a document begins or ends but at the top. */
  broken = false;
  private readonly lines: readonly string[];
  private at = 0;
  private begun = false;

  constructor(text: string) {
    this.lines = text.split('\n');
    this.next();
  }

  get isItem(): boolean {
    return this.content.startsWith('- ');
  }

  next(): void {
    for (let line = this.lines[this.at++]; line !== undefined; line = this.lines[this.at++]) {
      const indent = indentOf(line);
      const content = trimEnd(line, indent);
      if (content === '' || content.startsWith('#')) continue;
      const begun = this.begun;
      this.begun = true;
      if (indent === 0 && (content.startsWith('---') || content.startsWith('...'))) {
        if (!begun && content === '---') continue;
        this.broken = true;
        break;
      }
      this.indent = indent;
      this.content = content;
      return;
    }
    this.indent = END;
  }
}

/** All pairs at the indentation; stops at a line with less. */
function readMapping(cursor: Cursor, indent: number, keys: RegExp, depth: number): Record<string, Value> | undefined {
  const map = newMapping();
  while (cursor.indent >= indent) {
    const pair = cursor.indent === indent ? splitPair(cursor.content, keys) : undefined;
    if (pair === undefined || pair.key in map) return undefined;
    cursor.next();
    const open = pair.rest === '' || pair.rest.startsWith('#');
    const value = open ? readBlock(cursor, indent, depth + 1) : readValue(pair.rest);
    if (value === undefined) return undefined;
    map[pair.key] = value;
  }
  return map;
}

/** What is below a key at the indentation: nothing, a list or a mapping. */
function readBlock(cursor: Cursor, indent: number, depth: number): Value | undefined {
  if (cursor.indent < indent) return null;
  if (depth > MAX_DEPTH) return undefined;
  if (cursor.isItem) return readList(cursor, cursor.indent);
  return cursor.indent > indent ? readMapping(cursor, cursor.indent, NESTED_KEY, depth) : null;
}

function readList(cursor: Cursor, indent: number): Value[] | undefined {
  const list: Value[] = [];
  while (cursor.indent === indent && cursor.isItem) {
    const value = readValue(cursor.content.slice(2).trimStart());
    if (value === undefined) return undefined;
    list.push(value);
    cursor.next();
  }
  return list;
}

function splitPair(content: string, keys: RegExp): { key: string; rest: string } | undefined {
  const colon = content.indexOf(':');
  if (colon < 0 || (colon + 1 < content.length && content[colon + 1] !== ' ')) return undefined;
  const key = content.slice(0, colon);
  return keys.test(key) ? { key, rest: content.slice(colon + 1).trimStart() } : undefined;
}

function readValue(source: string): Value | undefined {
  if (source.startsWith('[')) return readFlowList(source);
  if (source.startsWith('{')) return readFlowMap(source);
  return readScalar(source);
}

function readScalar(source: string): string | undefined {
  const quote = source[0];
  if (quote === '"' || quote === "'") {
    const end = source.indexOf(quote, 1);
    if (end < 0 || !isRest(source, end + 1)) return undefined;
    return readQuoted(source.slice(0, end + 1));
  }
  const comment = source.indexOf(' #');
  const text = comment < 0 ? source : trimEnd(source.slice(0, comment), 0);
  if (!PLAIN_START.test(text) || text.includes(': ') || text.endsWith(':')) return undefined;
  return NULLS.has(text) ? undefined : text;
}

function readQuoted(source: string): string | undefined {
  const match = QUOTED.exec(source);
  return match === null ? undefined : (match[1] ?? match[2]);
}

function readFlowList(source: string): Value | undefined {
  const pieces = splitFlow(source, ']');
  const values = pieces?.map(readFlowScalar);
  return values?.some((value) => value === undefined) === true ? undefined : (values as Value | undefined);
}

function readFlowMap(source: string): Value | undefined {
  const pieces = splitFlow(source, '}');
  if (pieces === undefined) return undefined;
  const map = newMapping();
  for (const piece of pieces) {
    const pair = splitPair(piece, NESTED_KEY);
    const value = pair === undefined ? undefined : readFlowScalar(pair.rest);
    if (pair === undefined || value === undefined || pair.key in map) return undefined;
    map[pair.key] = value;
  }
  return map;
}

/** `[a, b] # comment` → `a`, `b`. */
function splitFlow(source: string, close: string): readonly string[] | undefined {
  const end = source.indexOf(close);
  if (end < 0 || !isRest(source, end + 1)) return undefined;
  const inner = source.slice(1, end).trim();
  return inner === '' ? [] : inner.split(',').map((piece) => piece.trim());
}

function readFlowScalar(piece: string): string | undefined {
  if (piece.startsWith('"') || piece.startsWith("'")) return readQuoted(piece);
  return PLAIN_START.test(piece) && !NOT_FLOW_PLAIN.test(piece) && !NULLS.has(piece) ? piece : undefined;
}

/** Whether nothing but a comment follows. */
function isRest(source: string, from: number): boolean {
  return from === source.length || (source[from] === ' ' && /^ +(?:#.*)?$/.test(source.slice(from)));
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 0x20) indent += 1;
  return indent;
}

/** Without spaces and the carriage return at the end. */
function trimEnd(line: string, from: number): string {
  let end = line.length;
  while (end > from && (line.charCodeAt(end - 1) === 0x20 || line.charCodeAt(end - 1) === 0x0d)) end -= 1;
  return line.slice(from, end);
}
