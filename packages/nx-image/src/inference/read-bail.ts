/** Whether nx was told to stop after the first task that fails. It tells executors nothing of it, so it is read as nx reads it. */
export function readBail(argv: readonly string[]): boolean {
  let bail = false;
  for (const [index, word] of argv.entries()) {
    if (word === '--') break;
    const match = /^--(no-)?(?:nxBail|nx-bail)(?:=(.*))?$/.exec(word);
    if (match === null) continue;
    const value = match[2] ?? (argv[index + 1] === 'false' ? 'false' : 'true');
    bail = match[1] === undefined && value !== 'false';
  }
  return bail;
}
