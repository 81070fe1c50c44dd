import type { Alias, Node, Pair, YAMLMap } from 'yaml';
import type { YamlProblem } from './syntax-problem';
import { newMapping, NULLS, type Mapping, type Value } from './value';
import { yamlPackage } from './yaml-package';

/** What a file may hold, aliases written out: a real one holds some dozen values. */
const MAX_VALUES = 10_000;

/** Where the entries of a mapping or list stand: offsets into the text. */
export type Places = ReadonlyMap<string | number, { readonly key: number; readonly value: number }>;

/** Thrown where going on makes no sense. */
export class Halt extends Error {
  constructor(readonly problem: YamlProblem) {
    super(problem.what);
  }
}

interface Known {
  readonly value: Value;
  /** How many values it stands for, itself included. */
  readonly count: number;
}

/** One document's way from nodes to values. */
export class NodeReader {
  /** By name, as of the place that the reading is at; undefined while the anchor's own node is read. */
  private readonly anchors = new Map<string, Known | undefined>();
  private total = 0;
  private readonly yaml = yamlPackage();

  constructor(
    private readonly problems: YamlProblem[],
    private readonly places: Map<object, Places>,
  ) {}

  private read(node: Node | null): Known {
    this.add(1, node);
    if (node === null) return { value: null, count: 1 };
    if (this.yaml.isAlias(node)) return this.readAlias(node);
    const anchor = this.yaml.isMap(node) || this.yaml.isSeq(node) || this.yaml.isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const known = this.readOwn(node);
    if (anchor !== undefined) this.anchors.set(anchor, known);
    return known;
  }

  private readOwn(node: Node): Known {
    if (this.yaml.isMap(node)) return this.readMap(node);
    if (this.yaml.isSeq(node)) {
      const places = new Map<number, { key: number; value: number }>();
      const values: Value[] = [];
      let count = 1;
      for (const item of node.items as (Node | Pair<Node, Node | null>)[]) {
        // A single pair in brackets, `[a: b]`, comes as a mapping of its own.
        const known = this.read(item as Node);
        const offset = startOf(item as Node);
        places.set(values.length, { key: offset, value: offset });
        values.push(known.value);
        count += known.count;
      }
      this.places.set(values, places);
      return { value: values, count };
    }
    if (this.yaml.isScalar(node)) return { value: isNothing(node) ? null : String(node.value), count: 1 };
    return { value: null, count: 1 };
  }

  readMap(node: YAMLMap): Known {
    const map = newMapping();
    const places = new Map<string, { key: number; value: number }>();
    const merged: { readonly known: Known; readonly offset: number }[] = [];
    let count = 1;
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const offset = pair.key === null ? startOf(node) : startOf(pair.key);
      const key = this.readKey(pair.key, offset);
      const known = this.read(pair.value);
      count += known.count;
      if (key === '<<' && this.yaml.isScalar(pair.key) && pair.key.type === 'PLAIN') {
        merged.push({ known, offset });
        continue;
      }
      const first = places.get(key);
      if (first !== undefined) {
        const hint = 'Keep one of them.';
        this.problems.push({ offset, code: 'CONFIG_SYNTAX', what: `\`${key}\` is given twice in one mapping`, hint });
        continue;
      }
      map[key] = known.value;
      places.set(key, { key: offset, value: placeOfValue(pair.value, offset) });
    }
    for (const { known, offset } of merged) this.merge(known.value, offset, map, places);
    this.places.set(map, places);
    return { value: map, count };
  }

  private readKey(node: Node | null, offset: number): string {
    const known = this.read(node);
    if (typeof known.value === 'string') return known.value;
    if (this.yaml.isScalar(node)) return String(node.value);
    throw new Halt({
      offset,
      code: 'CONFIG_SYNTAX',
      what: 'a list or a mapping is no key',
      hint: 'Keys are plain names; put text that begins with `[` or `{` between quotes.',
    });
  }

  /** https://yaml.org/type/merge.html: what is given here wins, then the earlier of several. */
  private merge(
    value: Value,
    offset: number,
    map: Record<string, Value>,
    places: Map<string, { key: number; value: number }>,
  ): void {
    for (const source of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        const what = '`<<` merges mappings, and this is none';
        throw new Halt({
          offset,
          code: 'CONFIG_SYNTAX',
          what,
          hint: 'Write `<<: *name` of an anchor that is on a mapping.',
        });
      }
      for (const [key, merged] of Object.entries(source as Mapping)) {
        if (places.has(key)) continue;
        map[key] = merged;
        places.set(key, this.places.get(source)?.get(key) ?? { key: offset, value: offset });
      }
    }
  }

  private readAlias(node: Alias): Known {
    const name = node.source;
    const known = this.anchors.get(name);
    if (known === undefined) {
      throw new Halt({
        offset: startOf(node),
        code: 'CONFIG_SYNTAX',
        what: this.anchors.has(name) ? `\`*${name}\` stands inside what it names` : `\`*${name}\` names no anchor`,
        hint: `An alias needs its anchor, \`&${name}\`, earlier in the file.`,
      });
    }
    this.add(known.count, node);
    return known;
  }

  private add(count: number, node: Node | null): void {
    this.total += count;
    if (this.total <= MAX_VALUES) return;
    throw new Halt({
      offset: node === null ? 0 : startOf(node),
      code: 'CONFIG_TOO_LARGE',
      what: `the file holds more than ${MAX_VALUES} values, aliases written out`,
      hint: 'Keep to what the image needs, without aliases of aliases.',
    });
  }
}

export function isNothing(node: { readonly value?: unknown; readonly type?: unknown }): boolean {
  return node.type === 'PLAIN' && typeof node.value === 'string' && NULLS.has(node.value);
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** An absent value is shown at its key: the parser puts it at the end of the line, or beyond. */
function placeOfValue(node: Node | null, keyOffset: number): number {
  if (node === null || (yamlPackage().isScalar(node) && node.type === 'PLAIN' && node.source === '')) return keyOffset;
  return startOf(node);
}
