/** A flag as `executor --help` lists it: `bool` takes no word of its own. */
export type KanikoFlags = Readonly<Record<string, 'bool' | 'value'>>;

/** The flags in the text of `executor --help`; those without a type's name are switches. */
export function readKanikoFlags(help: string): KanikoFlags {
  const flags = [...help.matchAll(/^ +(?:-\w, )?--([\w-]+)( [a-zA-Z][^\n]*?)? {2,}\S/gm)].map(
    ([, name, type]): [string, 'bool' | 'value'] => [name ?? '', type === undefined ? 'bool' : 'value'],
  );
  return Object.fromEntries(flags.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is wrong with an argv of Kaniko's, by these flags; nothing: undefined. */
export function findFlagProblem(args: readonly string[], flags: KanikoFlags): string | undefined {
  for (const word of args) {
    const [, name = '', value] = /^--([\w-]+)(?:=([^]*))?$/.exec(word) ?? [];
    const kind = flags[name];
    if (kind === undefined) return `no such flag: ${word}`;
    if (kind === 'value' && value === undefined) return `no value in the same word: ${word}`;
    if (kind === 'bool' && value !== undefined && value !== 'true' && value !== 'false') return `no boolean: ${word}`;
  }
  return undefined;
}
