import type { Location } from '../errors/hephy-error';
import type { BuildConfig } from './build-config';
import { locate } from './locate';
import { placesOf } from './place';
import { readYaml } from './read-yaml';
import { valueAt, type Path } from './value';

/** What configs were loaded from, for errors that are found later and over several files. */
const sources = new WeakMap<BuildConfig, { readonly text: string; readonly variant: string | undefined }>();

export function rememberSource(config: BuildConfig, text: string): void {
  sources.set(config, { text, variant: undefined });
  for (const variant of config.variants ?? []) sources.set(variant.config, { text, variant: variant.name });
}

/** Where the variant's name stands; only the file for the directory's own config, and one that was not loaded from a file. */
export function placeOfVariant(config: BuildConfig, file: string): Location {
  const source = sources.get(config);
  if (source?.variant === undefined) return { file };
  return { file, ...placesOf(source.text)(locate(readYaml(source.text), ['variants', source.variant], true)) };
}

/** The config with another value, of the same source. */
export function alterConfig(config: BuildConfig, change: Partial<BuildConfig>): BuildConfig {
  const altered = { ...config, ...change };
  const text = sources.get(config);
  if (text !== undefined) sources.set(altered, text);
  return altered;
}

/** Where the entry of `additional_tags` stands; only the file for a config that was not loaded from one. */
export function placeOfTag(config: BuildConfig, index: number, file: string): Location {
  return placeOf(config, ['additional_tags', index], file);
}

/** Where the value of `upstream_ref` stands; only the file for a config that was not loaded from one. */
export function placeOfUpstreamRef(config: BuildConfig, file: string): Location {
  return placeOf(config, ['upstream_ref'], file);
}

/** Where the version that is held stands; only the file for a config that was not loaded from one. */
export function placeOfHold(config: BuildConfig, version: string, file: string): Location {
  const index = config.hold?.indexOf(version) ?? 0;
  return placeOf(config, ['hold', index], file);
}

function placeOf(config: BuildConfig, path: Path, file: string): Location {
  const source = sources.get(config);
  if (source === undefined) return { file };
  const { text, variant } = source;
  const reading = readYaml(text);
  const own: Path = variant === undefined ? path : ['variants', variant, ...path];
  const has = reading.root !== undefined && valueAt(reading.root, own) !== undefined;
  return { file, ...placesOf(text)(locate(reading, has ? own : path)) };
}
