import { canonicalJson, type Json } from './canonical-json';
import { isDescribed, type Description } from './description';

/** Annotations are read with every index: bytes of the whole description. */
const MAX_BYTES = 4096;

/** What all platforms have in common is written once, under this name. */
const SHARED = 'all';

/** One line of JSON, at most 4 KB: where the whole is longer, the keys alone, which say that something differs and not what. */
export function formatDescription({ platforms }: Description): string {
  const whole = JSON.stringify(hoist(platforms as unknown as Readonly<Record<string, Fields>>));
  if (Buffer.byteLength(whole) <= MAX_BYTES) return whole;
  return JSON.stringify(Object.fromEntries(Object.entries(platforms).map(([name, { key }]) => [name, { key }])));
}

/** undefined: it is none, or one of an older hephy. */
export function parseDescription(text: string | undefined): Description | undefined {
  const value = parseJson(text ?? '');
  if (!isFields(value)) return undefined;
  const { [SHARED]: shared = {}, ...rest } = value;
  if (!isFields(shared)) return undefined;
  const platforms = Object.entries(rest).map(([name, fields]): [string, Fields] => [
    name,
    isFields(fields) ? { ...shared, ...fields } : {},
  ]);
  if (platforms.length === 0 || !platforms.every(([, fields]) => isPlatform(fields))) return undefined;
  return { platforms: Object.fromEntries(platforms) as unknown as Description['platforms'] };
}

type Fields = Readonly<Record<string, Json>>;

function hoist(platforms: Readonly<Record<string, Fields>>): Record<string, Fields> {
  const all = Object.values(platforms);
  const [first = {}] = all;
  const texts = (name: string) => new Set(all.map((one) => (one[name] === undefined ? '' : canonicalJson(one[name]))));
  const shared = all.length < 2 ? [] : Object.keys(first).filter((name) => texts(name).size === 1);
  const pick = (one: Fields, keep: boolean) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => shared.includes(name) === keep));
  return {
    ...(shared.length === 0 ? {} : { [SHARED]: pick(first, true) }),
    ...Object.fromEntries(Object.entries(platforms).map(([name, one]) => [name, pick(one, false)])),
  };
}

/** Somebody else may have written it: every field that a reader relies on. */
function isPlatform(fields: Fields): boolean {
  if (typeof fields.key !== 'string' || !/^[0-9a-f]{64}$/.test(fields.key)) return false;
  if (!isDescribed(fields as never)) return true;
  const { context, dockerfile, args, labels, bases, builder, flags, epoch, target, period } = fields;
  const texts = [context, dockerfile, builder, epoch, target ?? '', period ?? ''];
  return (
    texts.every((one) => typeof one === 'string') &&
    [args, labels].every((one) => isFields(one) && Object.values(one).every((hash) => typeof hash === 'string')) &&
    Array.isArray(flags) &&
    flags.every((flag) => typeof flag === 'string') &&
    Array.isArray(bases) &&
    bases.every(
      (base: unknown) =>
        isFields(base) &&
        typeof base.name === 'string' &&
        typeof base.child === 'string' &&
        (base.index === undefined || typeof base.index === 'string'),
    )
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
