import { nearest } from '../config/nearest';
import { HephyError } from '../errors/hephy-error';

/** Those of `all` that are asked for by name, project or directory, which may have several, each once; all where nothing is. @throws HephyError OPTIONS_INVALID */
export function chooseImages<T>(
  all: readonly T[],
  asked: readonly string[],
  namesOf: (item: T) => readonly string[],
): readonly T[] {
  if (asked.length === 0) return all;
  const chosen = asked.flatMap((word) => {
    const name = word.replace(/\/+$/, '');
    const found = all.filter((item) => namesOf(item).includes(name));
    if (found.length > 0) return found;
    const near = nearest(name, all.flatMap(namesOf));
    throw new HephyError('OPTIONS_INVALID', `there is no image ${JSON.stringify(word)}`, {
      hint: near === undefined ? 'See `npx nx show projects --with-target manifest`.' : `Did you mean ${near}?`,
    });
  });
  return [...new Set(chosen)];
}
