import { parsePlatform, type Platform } from '../oci/platform';
import { isTag } from '../oci/reference';
import type { AdditionalTag, BuildConfig } from './build-config';
import { isArgName, REGISTRY_ARG } from './check-build-args';
import { normalPath } from './check-path';
import { LATEST } from './check-tags';
import { FORMS, PLATFORM_SPELLINGS, type Form } from './forms';
import { toBuildConfig } from './to-build-config';
import { newMapping, NULLS } from './value';

/** Longer ones are not ordinary. */
const MAX_LENGTH = 8 * 1024;

/** Letters, digits and signs of ASCII, and line feeds. */
const ORDINARY = /^[\n\x20-\x7e]*$/;
/** Without spaces, `,` and whatever YAML could take for something else; a `:` at the end is one, too. */
const WORD = /^[A-Za-z0-9_./](?:[A-Za-z0-9_./:@+=-]*[A-Za-z0-9_./@+=-])?$/;

/** `[]`, which is another thing than nothing at all. */
const EMPTY: readonly string[] = [];

type Draft = { -readonly [Key in keyof BuildConfig]: BuildConfig[Key] };
type Written = string | readonly string[];

const DEFAULTS = toBuildConfig(newMapping(), {});

/**
 * The config of a file as most are written and as all are that have few keys: words and lists of words. undefined for everything else and for everything
 * wrong: it is a shortcut past reading, checking and conversion, for the sake of repositories with thousands of images, and must agree with them wherever it answers.
 */
export function readOrdinary(text: string): BuildConfig | undefined {
  if (text.length > MAX_LENGTH || !ORDINARY.test(text)) return undefined;
  const config: Draft = { ...DEFAULTS };
  const pairs = readPairs(text);
  if (pairs === undefined) return undefined;
  const { keys, values } = pairs;
  for (let index = 0; index < keys.length; index += 1) {
    if (!take(config, keys[index] ?? '', values[index] ?? '')) return undefined;
  }
  return takeUpstream(config, pairs) ? config : undefined;
}

/** Of a file, in its order; no key twice. */
interface Pairs {
  readonly keys: readonly string[];
  readonly values: readonly Written[];
}

function readPairs(text: string): Pairs | undefined {
  const keys: string[] = [];
  const values: Written[] = [];
  let list: string[] | undefined;
  let indent = 0;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const dash = indentOf(line);
    if (line.startsWith('- ', dash)) {
      const word = readWord(line.slice(dash + 2).trimStart());
      if (list === undefined || word === undefined) return undefined;
      if (list.length === 0) indent = dash;
      if (dash !== indent) return undefined;
      list.push(word);
      continue;
    }
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(0, colon));
    if (keys.includes(key)) return undefined;
    list = colon === line.length - 1 ? [] : undefined;
    const value = list ?? (line[colon + 1] === ' ' ? readValue(line.slice(colon + 1).trimStart()) : undefined);
    if (value === undefined) return undefined;
    keys.push(key);
    values.push(value);
  }
  return { keys, values };
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 0x20) indent += 1;
  return indent;
}

function readValue(value: string): Written | undefined {
  if (!value.startsWith('[')) return readWord(value);
  if (value === '[]') return EMPTY;
  if (!value.endsWith(']')) return undefined;
  const words: string[] = [];
  for (const piece of value.slice(1, -1).split(',')) {
    const word = readWord(piece.trim());
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}

function readWord(source: string): string | undefined {
  const quote = source[0];
  if (quote === '"' || quote === "'") {
    const inner = source.length > 1 && source.endsWith(quote) ? source.slice(1, -1) : undefined;
    return inner === '' || (inner !== undefined && WORD.test(inner)) ? inner : undefined;
  }
  return WORD.test(source) && !NULLS.has(source) ? source : undefined;
}

/** Whether the key is one of the ordinary ones and its value right. A known key that says nothing is none. */
function take(config: Draft, key: string, value: Written): boolean {
  if (typeof value === 'string') return takeText(config, key, value);
  switch (key) {
    case 'platforms':
      return value.length === 0 ? value !== EMPTY : takePlatforms(config, value);
    case 'additional_tags':
      return takeTags(config, value);
    case 'build_args':
      return takeArgs(config, value);
    default:
      return false;
  }
}

function takeText(config: Draft, key: string, value: string): boolean {
  switch (key) {
    case 'version':
      return value === '' || value === '1';
    case 'upstream_repo':
    case 'upstream_ref':
      return isRight(FORMS[key], value);
    case 'target':
      if (value !== '') config.target = value;
      return isRight(FORMS.target, value);
    case 'dockerfile_path':
      if (value === '' || value === DEFAULTS.dockerfilePath) return true;
      config.dockerfilePath = normalPath(value);
      return isRight(FORMS.dockerfile_path, value);
    case 'context_path':
      if (value === '' || value === DEFAULTS.contextPath) return true;
      config.contextPath = normalPath(value);
      return isRight(FORMS.context_path, value);
    default:
      return false;
  }
}

function isRight(form: Form, value: string): boolean {
  return value === '' || form(value) === undefined;
}

/** Of lists as they stand in most files: one object for each, by which others know it again. */
const KNOWN_LISTS = new Map<string, readonly Platform[]>();
const MAX_LISTS = 100;

const PLATFORMS = new Map<string, Platform>(
  PLATFORM_SPELLINGS.flatMap((text) => {
    const platform = parsePlatform(text);
    return platform === undefined ? [] : [[text, platform]];
  }),
);

function takePlatforms(config: Draft, words: readonly string[]): boolean {
  const list = words.join(' ');
  const known = KNOWN_LISTS.get(list);
  if (known !== undefined) {
    config.platforms = known;
    return true;
  }
  const platforms: Platform[] = [];
  for (const word of words) {
    const platform = PLATFORMS.get(word);
    // Two spellings of one platform are an error: whatever could be one goes the long way.
    const again = platforms.some(
      ({ architecture, variant }) => architecture === platform?.architecture && variant === platform.variant,
    );
    if (platform === undefined || again) return false;
    platforms.push(platform);
  }
  if (KNOWN_LISTS.size < MAX_LISTS) KNOWN_LISTS.set(list, platforms);
  config.platforms = platforms;
  return true;
}

function takeTags(config: Draft, words: readonly string[]): boolean {
  const tags: AdditionalTag[] = [];
  for (const name of words) {
    if (!isTag(name) || tags.some((tag) => tag.name === name)) return false;
    tags.push({ name, moving: name === LATEST });
  }
  config.additionalTags = tags;
  return true;
}

function takeArgs(config: Draft, words: readonly string[]): boolean {
  const args: { name: string; value: string }[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(0, equals));
    if (!isArgName(name) || name === REGISTRY_ARG || args.some((arg) => arg.name === name)) return false;
    args.push({ name, value: word.slice(equals + 1) });
  }
  config.buildArgs = args;
  return true;
}

/** Whether both of them are there, or none. */
function takeUpstream(config: Draft, { keys, values }: Pairs): boolean {
  const repo = values[keys.indexOf('upstream_repo')] ?? '';
  const ref = values[keys.indexOf('upstream_ref')] ?? '';
  if (repo === '' && ref === '') return true;
  if (typeof repo !== 'string' || typeof ref !== 'string' || repo === '' || ref === '') return false;
  config.upstream = { repo, ref };
  config.dockerfileFrom = 'upstream';
  return true;
}
