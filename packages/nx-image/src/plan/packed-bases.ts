import type { BaseDescription, Description } from './description';
import { isDescribed } from './description';

/** A name, and the first hex digits of what it named; without them it is an image of the same repository. */
export type PackedName = readonly [name: string, index?: string];

/** Platforms are FROM the same names and differ in the children: each name is written once, and of each base where its name is, its child, and its identity where it has one: `0:<child>:<identity>`. */
export interface PackedBases {
  readonly names: readonly PackedName[];
  readonly platforms: Readonly<Record<string, object>>;
}

export function packBases(platforms: Description['platforms']): PackedBases {
  const places = new Map<string, number>();
  const names: PackedName[] = [];
  const pack = ({ name, index, child, identity }: BaseDescription): string => {
    const written: PackedName = index === undefined ? [name] : [name, index];
    const text = JSON.stringify(written);
    const place = places.get(text) ?? names.push(written) - 1;
    places.set(text, place);
    return [place, child, ...(identity === undefined ? [] : [identity])].join(':');
  };
  const packed = Object.entries(platforms).map(([platform, one]) => [
    platform,
    isDescribed(one) ? { ...one, bases: one.bases.map(pack) } : one,
  ]);
  return { names, platforms: Object.fromEntries(packed) as PackedBases['platforms'] };
}

/** undefined: they are none. Somebody else may have written them. */
export function unpackBases(names: unknown, bases: unknown): readonly BaseDescription[] | undefined {
  if (!Array.isArray(names) || !names.every(isName) || !Array.isArray(bases)) return undefined;
  const unpacked = bases.map((base: unknown) => unpack(names, base));
  return unpacked.every((base) => base !== undefined) ? unpacked : undefined;
}

function unpack(names: readonly PackedName[], base: unknown): BaseDescription | undefined {
  const match = typeof base === 'string' ? /^(\d+):([^:]+)(?::([^:]+))?$/.exec(base) : null;
  const [, place, child, identity] = match ?? [];
  const named = place === undefined ? undefined : names[Number(place)];
  if (named === undefined || child === undefined) return undefined;
  const [name, index] = named;
  return { name, ...(index === undefined ? {} : { index }), child, ...(identity === undefined ? {} : { identity }) };
}

function isName(value: unknown): value is PackedName {
  return (
    Array.isArray(value) &&
    (value.length === 1 || value.length === 2) &&
    value.every((text: unknown) => typeof text === 'string')
  );
}
