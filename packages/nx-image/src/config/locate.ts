import { placeOf } from './place';
import type { Places } from './node-reader';
import type { YamlReading } from './read-yaml';
import type { Path, Value } from './value';

/** Reads with the parser. It is loaded here, on first use: most runs read plain files without problems only. */
export function parseYaml(text: string): YamlReading {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- synchronous, and only where it is needed
  const { readYaml } = require('./read-yaml') as typeof import('./read-yaml');
  return readYaml(text);
}

/** Line and column of the value at the path, or of its key; of the nearest that is there, where the path leads further. */
export function locate(
  reading: YamlReading,
  text: string,
  path: Path,
  atKey = false,
): { line: number; column: number } {
  let container: Value | undefined = reading.root;
  let offset = 0;
  for (const [index, step] of path.entries()) {
    const places: Places | undefined =
      typeof container === 'object' && container !== null ? reading.places.get(container) : undefined;
    const place = places?.get(step);
    if (place === undefined) break;
    offset = atKey && index === path.length - 1 ? place.key : place.value;
    container = (container as Record<string | number, Value>)[step];
  }
  return placeOf(text, offset);
}
