import { CHOICES, FORMS, PLATFORM_SPELLINGS, type Form } from './forms';
import type { ConfigKey, RawConfig, VariantKey } from './schema';
import { isList, isMapping, type Mapping, type Value } from './value';

/** undefined: not sure that the schema would take it. */
type Read<T> = (value: Value) => T | undefined;

/**
 * The config, where it is certain that the schema takes it; undefined for everything else. A shortcut past the schema, whose package takes longer to load than
 * all configs of most repositories to read: it must agree with it wherever it answers.
 */
export function readShape(root: Mapping): RawConfig | undefined {
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(root)) {
    const known = READERS.get(key)?.(value);
    if (known === undefined) return undefined;
    config[key] = known;
  }
  return config;
}

function textOf(form: Form): Read<string> {
  return (value) => (typeof value === 'string' && form(value) === undefined ? value : undefined);
}

function oneOf(words: readonly string[]): Read<string> {
  return (value) => (typeof value === 'string' && words.includes(value) ? value : undefined);
}

function listOf<T>(read: Read<T>): Read<T[]> {
  return (value) => {
    if (!isList(value)) return undefined;
    const entries: T[] = [];
    for (const one of value) {
      const entry = read(one);
      if (entry === undefined) return undefined;
      entries.push(entry);
    }
    return entries;
  };
}

/** The one key that JavaScript would swallow is left to the schema. */
function mappingOf(readKey: Read<string>, isRight: (value: Value) => boolean): Read<Record<string, Value>> {
  return (mapping) => {
    if (!isMapping(mapping)) return undefined;
    const entries = Object.entries(mapping);
    const right = entries.every(([key, value]) => key !== '__proto__' && readKey(key) !== undefined && isRight(value));
    return right ? Object.fromEntries(entries) : undefined;
  };
}

const anyText = textOf(FORMS.anyText);
const textList = listOf(anyText);
const isText = (value: Value): boolean => anyText(value) !== undefined;
const argMapping = mappingOf(
  (key) => (typeof key === 'string' ? key : undefined),
  (value) => value === null || isText(value),
);
const isMoving = oneOf(CHOICES.moving);

function readTag(value: Value): unknown {
  if (!isMapping(value)) return anyText(value);
  const keys = Object.keys(value);
  const { tag, moving } = value;
  if (tag === undefined || !isText(tag) || keys.length > (moving === undefined ? 1 : 2)) return undefined;
  return moving === undefined || isMoving(moving) !== undefined ? { ...value } : undefined;
}

const readHold = textOf(FORMS.hold);

const tagList = listOf(readTag);
const platformList = listOf(oneOf(PLATFORM_SPELLINGS));

function readPlatforms(value: Value): unknown {
  return isList(value) && value.length > 0 ? platformList(value) : undefined;
}

function readArgs(value: Value): unknown {
  return isList(value) ? textList(value) : argMapping(value);
}

const readTarget = textOf(FORMS.target);
const readLabels = mappingOf(textOf(FORMS.label), isText);

const VARIANT_READERS: ReadonlyMap<string, Read<unknown>> = new Map<VariantKey, Read<unknown>>([
  ['target', readTarget],
  ['build_args', readArgs],
  ['labels', readLabels],
  ['platforms', readPlatforms],
  ['additional_tags', tagList],
]);

function isVariant(value: Value): boolean {
  if (!isMapping(value)) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([key, one]) => VARIANT_READERS.get(key)?.(one) !== undefined);
}

const variantMapping = mappingOf(textOf(FORMS.variant), isVariant);

function readVariants(value: Value): unknown {
  return isMapping(value) && Object.keys(value).length > 0 ? variantMapping(value) : undefined;
}

const READERS: ReadonlyMap<string, Read<unknown>> = new Map<ConfigKey, Read<unknown>>([
  ['version', oneOf(CHOICES.version)],
  ['description', textOf(FORMS.description)],
  ['upstream_repo', textOf(FORMS.upstream_repo)],
  ['upstream_ref', textOf(FORMS.upstream_ref)],
  ['upstream_moving', oneOf(CHOICES.upstream_moving)],
  ['dockerfile_from', oneOf(CHOICES.dockerfile_from)],
  ['dockerfile_path', textOf(FORMS.dockerfile_path)],
  ['context_path', textOf(FORMS.context_path)],
  ['use_local_context', oneOf(CHOICES.use_local_context)],
  ['target', readTarget],
  ['build_args', readArgs],
  ['env', listOf(textOf(FORMS.env))],
  ['labels', readLabels],
  ['platforms', readPlatforms],
  ['additional_tags', tagList],
  ['variants', readVariants],
  ['hold', (value) => (isList(value) ? listOf(readHold)(value) : readHold(value))],
  ['build_backend', oneOf(CHOICES.build_backend)],
  ['timeout', textOf(FORMS.timeout)],
  ['epoch', textOf(FORMS.epoch)],
  ['max_age', textOf(FORMS.max_age)],
  ['reuse', oneOf(CHOICES.reuse)],
  ['reproducible', oneOf(CHOICES.reproducible)],
  ['cache', oneOf(CHOICES.cache)],
  ['manual_build', oneOf(CHOICES.manual_build)],
]);
