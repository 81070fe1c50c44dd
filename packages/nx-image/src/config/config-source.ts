import type { Location } from '../errors/hephy-error';
import type { BuildConfig } from './build-config';
import { locate } from './locate';
import { placesOf } from './place';
import { readYaml } from './read-yaml';
import type { Path } from './value';

/** What configs were loaded from, for errors that are found later and over several files. */
const sources = new WeakMap<BuildConfig, string>();

export function rememberSource(config: BuildConfig, text: string): void {
  sources.set(config, text);
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

function placeOf(config: BuildConfig, path: Path, file: string): Location {
  const text = sources.get(config);
  if (text === undefined) return { file };
  return { file, ...placesOf(text)(locate(readYaml(text), path)) };
}
