const NX_DEFAULT = 3;

/**
 * How much at once the user asked nx for. Nx tells executors nothing of it, so it is read as nx reads it: the last `--parallel` (a number, a percentage
 * of the cores, `false`) or `--maxParallel`, then NX_PARALLEL, then nx.json, then 3.
 */
export function readParallel(
  argv: readonly string[],
  nxJson: number | undefined,
  variable: string | undefined,
  cores: number,
): number {
  let asked: string | undefined;
  for (const [index, word] of argv.entries()) {
    if (word === '--') break;
    const match = /^--(?:parallel|maxParallel|max-parallel)(?:=(.*))?$/.exec(word);
    if (word === '--no-parallel') asked = 'false';
    else if (match !== null)
      asked = match[1] ?? (/^(?:\d+%?|true|false)$/.test(argv[index + 1] ?? '') ? argv[index + 1] : 'true');
  }
  const fallback = amount(variable, cores) ?? nxJson ?? NX_DEFAULT;
  if (asked === 'false') return 1;
  return amount(asked, cores) ?? fallback;
}

function amount(text: string | undefined, cores: number): number | undefined {
  const match = /^(\d+)(%?)$/.exec(text ?? '');
  if (match === null) return undefined;
  const number = Number(match[1]);
  return Math.max(1, match[2] === '%' ? Math.floor((cores * number) / 100) : number);
}
