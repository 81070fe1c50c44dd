import { readRebuildValue, type Rebuild } from '../run/rebuild';

/**
 * What `--rebuild` asks for, wherever it stands among nx's words: `--rebuild`, `--rebuild=web,curl`, `--rebuild web`. Nx tells it the tasks that it was
 * called for, not those that they depend on, so it is read as nx reads it. undefined: nothing is said.
 */
export function readRebuild(argv: readonly string[]): Rebuild | undefined {
  let asked: Rebuild | undefined;
  for (const [index, word] of argv.entries()) {
    if (word === '--no-rebuild') asked = [];
    const match = /^--rebuild(?:=(.*))?$/s.exec(word);
    if (match === null) continue;
    const value = readRebuildValue(match[1] ?? valueBehind(argv[index + 1]));
    asked = asked === 'all' || value === 'all' ? 'all' : [...(asked ?? []), ...value];
  }
  return asked;
}

/** No image has a `:` in its name; a task has. */
function valueBehind(next: string | undefined): string {
  return next === undefined || /^-|^$|:/.test(next) ? 'true' : next;
}
