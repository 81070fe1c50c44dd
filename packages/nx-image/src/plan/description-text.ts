import { canonicalJson, type Json } from './canonical-json';
import { allInOne, isDescribed, type Description } from './description';
import { fitTree, isFileTree, type FileTree } from './file-tree';
import { parseJson } from './parse-json';
import { packBases, unpackBases } from './packed-bases';

/** Annotations are read with every index: bytes of the whole description. */
export const MAX_DESCRIPTION_BYTES = 4096;

/** What all platforms have in common is written once, under this name. */
const SHARED = 'all';
/** Beside what all platforms have in common: what is the image's, not a platform's. */
const FILES = 'files';
const CONTEXT_PATH = 'path';
const NAMES = 'names';

/**
 * One line of JSON, at most 4 KB. Where the whole is longer, directories of the context are closed, the deepest first; then labels and args are one hash each;
 * at last there are the keys alone, which say that something differs and not what. '': not even they fit.
 */
export function formatDescription(description: Description): string {
  const shorter = [description, without(description, ['labels']), without(description, ['labels', 'args'])];
  for (const one of shorter) {
    const text = formatWith(one, undefined);
    const left = MAX_DESCRIPTION_BYTES - sizeOf(text);
    if (left < 0) continue;
    if (one.files === undefined) return text;
    // A tree closed is a string of nine characters: what is around it is as long for every tree.
    const around = sizeOf(formatWith(one, '12345678/')) - sizeOf(text) - '"12345678/"'.length;
    const files = fitTree(one.files, left - around);
    return files === undefined ? text : formatWith(one, files);
  }
  const keys = Object.entries(description.platforms).map(([name, { key }]) => [name, { key }]);
  const text = JSON.stringify(Object.fromEntries(keys));
  return sizeOf(text) <= MAX_DESCRIPTION_BYTES ? text : '';
}

/** undefined: it is none, or one of an older hephy. */
export function parseDescription(text: string | undefined): Description | undefined {
  if (text === undefined || sizeOf(text) > MAX_DESCRIPTION_BYTES) return undefined;
  const value = parseJson(text);
  if (!isFields(value)) return undefined;
  const { [SHARED]: all = {}, ...rest } = value;
  if (!isFields(all)) return undefined;
  const { [FILES]: files, [CONTEXT_PATH]: contextPath, [NAMES]: names = [], ...shared } = all;
  if (files !== undefined && !isFileTree(files)) return undefined;
  if (contextPath !== undefined && typeof contextPath !== 'string') return undefined;
  const platforms = Object.entries(rest).map(([name, fields]): [string, Fields] => [
    name,
    isFields(fields) ? withBases({ ...shared, ...fields }, names) : {},
  ]);
  if (platforms.length === 0 || !platforms.every(([, fields]) => isPlatform(fields))) return undefined;
  return {
    platforms: Object.fromEntries(platforms) as unknown as Description['platforms'],
    ...(files === undefined ? {} : { files }),
    ...(contextPath === undefined ? {} : { contextPath }),
  };
}

type Fields = Readonly<Record<string, Json>>;

function formatWith({ platforms, contextPath }: Description, files: FileTree | undefined): string {
  const packed = packBases(platforms);
  const { [SHARED]: shared = {}, ...rest } = hoist(packed.platforms as Readonly<Record<string, Fields>>);
  const all = {
    ...shared,
    ...(packed.names.length === 0 ? {} : { [NAMES]: packed.names }),
    ...(contextPath === undefined ? {} : { [CONTEXT_PATH]: contextPath }),
    ...(files === undefined ? {} : { [FILES]: files }),
  };
  return JSON.stringify(Object.keys(all).length === 0 ? rest : { [SHARED]: all, ...rest });
}

function without(description: Description, details: readonly ('labels' | 'args')[]): Description {
  const platforms = Object.entries(description.platforms).map(([name, platform]) => {
    if (!isDescribed(platform)) return [name, platform];
    return [name, { ...platform, ...Object.fromEntries(details.map((one) => [one, allInOne(platform[one])])) }];
  });
  return { ...description, platforms: Object.fromEntries(platforms) as Description['platforms'] };
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

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

/** Without them where they cannot be read: then it is no platform. */
function withBases({ bases, ...fields }: Fields, names: unknown): Fields {
  const unpacked = bases === undefined ? undefined : unpackBases(names, bases);
  return unpacked === undefined ? fields : { ...fields, bases: unpacked as unknown as Json };
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
    bases !== undefined
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
