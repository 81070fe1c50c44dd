import { parsePlatform, type Platform } from '../oci/platform';
import { isTag } from '../oci/reference';
import type { AdditionalTag, BuildConfig } from './build-config';
import { isArgName, REGISTRY_ARG } from './check-build-args';
import { normalPath } from './check-path';
import { LATEST } from './check-tags';
import { FORMS, PLATFORM_SPELLINGS, type Form } from './forms';
import { EMPTY, readPairs, type Pairs, type Written } from './read-pairs';
import { toBuildConfig } from './to-build-config';
import { newMapping } from './value';

type Draft = { -readonly [Key in keyof BuildConfig]: BuildConfig[Key] };
const DEFAULTS = toBuildConfig(newMapping(), {});

/**
 * The config of a file as most are written and as all are that have few keys: words and lists of words. undefined for everything else and for everything
 * wrong: it is a shortcut past reading, checking and conversion, for the sake of repositories with thousands of images, and must agree with them wherever it answers.
 */
export function readOrdinary(text: string): BuildConfig | undefined {
  const pairs = readPairs(text);
  if (pairs === undefined) return undefined;
  const config: Draft = { ...DEFAULTS };
  const { keys, values } = pairs;
  for (let index = 0; index < keys.length; index += 1) {
    if (!take(config, keys[index] ?? '', values[index] ?? '')) return undefined;
  }
  return takeUpstream(config, pairs) ? config : undefined;
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
