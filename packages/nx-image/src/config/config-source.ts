import type { Location } from '../errors/hephy-error';
import type { BuildConfig } from './build-config';
import { locate, parseYaml } from './locate';

/** What configs were loaded from, for errors that are found later and over several files. */
const sources = new WeakMap<BuildConfig, string>();

export function rememberSource(config: BuildConfig, text: string): void {
  sources.set(config, text);
}

/** Where the entry of `additional_tags` stands; only the file for a config that was not loaded from one. */
export function placeOfTag(config: BuildConfig, index: number, file: string): Location {
  const text = sources.get(config);
  return text === undefined ? { file } : { file, ...locate(parseYaml(text), text, ['additional_tags', index]) };
}
