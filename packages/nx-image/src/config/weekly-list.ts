import { HephyError, HephyErrors } from '../errors/hephy-error';
import { imageFinder, nearestImage, type ImageDirectories } from './named-images';
import { quoted } from './quoted';

/** At the workspace root: names of images that are built anew every week. */
export const WEEKLY_LIST = 'rebuild-weekly.txt';

/** Of a list of two thousand paths, ten times over. */
export const MAX_LIST_BYTES = 1024 * 1024;

/** More than anybody reads at once. */
const MAX_SHOWN = 20;

/**
 * Names of the images that the list names: one a line, by name or path, `#` and what follows it apart.
 * @throws HephyErrors WEEKLY_LIST_INVALID with every line that names none
 */
export function readWeeklyList(bytes: Uint8Array, directories: ImageDirectories): ReadonlySet<string> {
  const find = imageFinder(directories);
  const names = new Set<string>();
  const unknown = new Map<string, number>();
  for (const [index, line] of decode(bytes)
    .split(/\r\n|\n|\r/)
    .entries()) {
    const word = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (word === '') continue;
    const found = find(word);
    for (const name of found ?? []) names.add(name);
    if (found === undefined && !unknown.has(word)) unknown.set(word, index + 1);
  }
  if (unknown.size === 0) return names;
  const errors = [...unknown].slice(0, MAX_SHOWN).map(([word, line]) => unknownImage(word, line, directories));
  const more = unknown.size - errors.length;
  throw new HephyErrors(more === 0 ? errors : [...errors, invalid(`${more} more lines name no image`)]);
}

/** @param why what the file is */
export function invalid(why: string, hint = `Write one image a line, by its name or directory.`): HephyError {
  return new HephyError('WEEKLY_LIST_INVALID', why, { where: { file: WEEKLY_LIST }, hint });
}

function unknownImage(word: string, line: number, directories: ImageDirectories): HephyError {
  const near = nearestImage(directories, word);
  const hint =
    near !== undefined
      ? `Did you mean ${near}?`
      : /\s/.test(word)
        ? 'Write one image a line, and `#` before what is none.'
        : 'Take it out, or see `npx nx show projects --with-target manifest` for what there is.';
  return new HephyError('WEEKLY_LIST_INVALID', `there is no image ${quoted(word)}`, {
    where: { file: WEEKLY_LIST, line },
    hint,
  });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('the file is not UTF-8', 'Save it as UTF-8.');
  }
}
