import type { Location } from '../errors/hephy-error';
import type { BuildConfig } from './build-config';
import { locate } from './locate';
import { placesOf } from './place';
import { readYaml } from './read-yaml';

/** What configs were loaded from, for errors that are found later and over several files. */
const sources = new WeakMap<BuildConfig, string>();

export function rememberSource(config: BuildConfig, text: string): void {
  sources.set(config, text);
}

/** Where the entry of `additional_tags` stands; only the file for a config that was not loaded from one. */
export function placeOfTag(config: BuildConfig, index: number, file: string): Location {
  const text = sources.get(config);
  if (text === undefined) return { file };
  return { file, ...placesOf(text)(locate(readYaml(text), ['additional_tags', index])) };
}
