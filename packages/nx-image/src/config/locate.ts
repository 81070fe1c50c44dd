import type { Places } from './node-reader';
import type { YamlReading } from './read-yaml';
import type { Path, Value } from './value';

/** The offset of the value at the path, or of its key; of the nearest that is there, where the path leads further. */
export function locate(reading: YamlReading, path: Path, atKey = false): number {
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
  return offset;
}
