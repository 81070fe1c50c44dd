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
const PAIR = /^([a-z_]+):(?: +(.+))?$/;
const ITEM = /^( *)- +(.+)$/;
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
  const written = readPairs(text);
  if (written === undefined) return undefined;
  const config: Draft = { ...DEFAULTS };
  for (const [key, value] of written) if (!take(config, key, value)) return undefined;
  return takeUpstream(config, written) ? config : undefined;
}

/** Those that say something. */
function readPairs(text: string): ReadonlyMap<string, Written> | undefined {
  const pairs = new Map<string, Written>();
  let list: string[] | undefined;
  let indent = '';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const item = ITEM.exec(line);
    if (item !== null) {
      const word = readWord(item[2] ?? '');
      if (list === undefined || word === undefined) return undefined;
      if (list.length === 0) indent = item[1] ?? '';
      if (item[1] !== indent) return undefined;
      list.push(word);
      continue;
    }
    const [, key, value] = PAIR.exec(line) ?? [];
    if (key === undefined || pairs.has(key)) return undefined;
    list = value === undefined ? [] : undefined;
    const read = list ?? readValue(value ?? '');
    if (read === undefined) return undefined;
    pairs.set(key, read);
  }
  return pairs;
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
  if (typeof value === 'string') {
    if (key === 'version') return value === '1' || value === '';
    if (key === 'upstream_repo' || key === 'upstream_ref') return value === '' || FORMS[key](value) === undefined;
    return takeText(config, key, value);
  }
  if (key === 'platforms') return value.length === 0 ? value !== EMPTY : takePlatforms(config, value);
  if (key === 'additional_tags') return takeTags(config, value);
  if (key === 'build_args') return takeArgs(config, value);
  return false;
}

function takeText(config: Draft, key: string, value: string): boolean {
  const isRight = (form: Form): boolean => value === '' || form(value) === undefined;
  switch (key) {
    case 'target':
      if (value !== '') config.target = value;
      return isRight(FORMS.target);
    case 'dockerfile_path':
      if (value !== '') config.dockerfilePath = normalPath(value);
      return isRight(FORMS.dockerfile_path);
    case 'context_path':
      if (value !== '') config.contextPath = normalPath(value);
      return isRight(FORMS.context_path);
    default:
      return false;
  }
}

/** The same spellings again and again. */
const PLATFORMS = new Map<string, Platform>(
  PLATFORM_SPELLINGS.flatMap((text) => {
    const platform = parsePlatform(text);
    return platform === undefined ? [] : [[text, platform]];
  }),
);

function takePlatforms(config: Draft, words: readonly string[]): boolean {
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
function takeUpstream(config: Draft, written: ReadonlyMap<string, Written>): boolean {
  const repo = written.get('upstream_repo') ?? '';
  const ref = written.get('upstream_ref') ?? '';
  if (typeof repo !== 'string' || typeof ref !== 'string') return false;
  if (repo === '' && ref === '') return true;
  if (repo === '' || ref === '') return false;
  config.upstream = { repo, ref };
  config.dockerfileFrom = 'upstream';
  return true;
}
