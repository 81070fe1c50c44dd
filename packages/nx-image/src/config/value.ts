/**
 * What YAML says, with every scalar as the text of the source: `1.10`, `true`, `no`. null: nothing is there, or a plain
 * `null` or `~`. Mappings have no prototype, so that no key is special.
 */
export type Value = string | null | readonly Value[] | Mapping;

export interface Mapping {
  readonly [key: string]: Value;
}

export type Path = readonly (string | number)[];

export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function newMapping(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

/** Plain scalars that say that nothing is there: https://yaml.org/spec/1.2.2/#1032-tag-resolution */
export const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

/** The value at the path; undefined where the path leads nowhere. */
export function valueAt(root: Value, path: Path): Value | undefined {
  let value: Value | undefined = root;
  for (const step of path) {
    if (isList(value)) value = typeof step === 'number' ? value[step] : undefined;
    else if (isMapping(value)) value = value[step];
    else return undefined;
  }
  return value;
}

/** For messages: what the value is. */
export function kindOf(value: Value | undefined): string {
  if (isList(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  if (value === undefined) return 'missing';
  return value === null || value === '' ? 'empty' : 'text';
}
