import type { RunResult } from '../report/run-result';

/** Options of nx that name targets and projects; each may be repeated, with one name or several after `=` or behind it. */
const TARGETS = /^(?:-t|--targets?)(?:=(.*))?$/;
const PROJECTS = /^(?:-p|--projects?)(?:=(.*))?$/;
const COMMANDS = ['run-many', 'affected', 'run'];

/**
 * What nx was asked for: command, targets, projects. Nothing else of its words: whatever stands in them, a token even, is not written down.
 * @param argv `process.argv` of nx
 */
export function readAsked(argv: readonly string[]): NonNullable<RunResult['asked']> {
  const words = argv.slice(2);
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const command = own.find((word) => !word.startsWith('-')) ?? '';
  const [project = '', target = ''] = (own[own.indexOf(command) + 1] ?? '').split(':');
  if (command === 'run') return { command, targets: names(target), projects: names(project) };
  if (COMMANDS.includes(command))
    return { command, targets: valuesOf(own, TARGETS), projects: valuesOf(own, PROJECTS) };
  // `nx manifest web`, `nx web:manifest`.
  const [first = '', second] = command.split(':');
  const pair = second === undefined ? [project, first] : [first, second];
  return { command: 'run', projects: names(pair[0] ?? ''), targets: names(pair[1] ?? '') };
}

function valuesOf(words: readonly string[], option: RegExp): string[] {
  return words.flatMap((word, index) => {
    const match = option.exec(word);
    if (match === null) return [];
    if (match[1] !== undefined) return names(match[1]);
    const behind = words.slice(index + 1);
    const next = behind.findIndex((one) => one.startsWith('-'));
    return behind.slice(0, next < 0 ? undefined : next).flatMap(names);
  });
}

function names(text: string): string[] {
  return text.split(',').filter((name) => name !== '' && !name.startsWith('-'));
}
