import { parseArgs } from 'node:util';
import { HephyError } from '../errors/hephy-error';
import { runProcess } from '../process/run-process';
import { withStopSignal } from '../process/stop-signals';
import { printableLine } from '../report/printable';
import { comparableCommit } from '../source/changes/comparable-commit';
import { findBaseCommit } from '../source/changes/find-base-commit';
import type { Command, Terminal } from './command';
import { findWorkspace } from './find-workspace';

/**
 * The commit for `nx affected --base`, alone on stdout; why it is that one beside it. Where there is none, stdout has the error's code: nothing there would be taken by nx, in
 * `--base="$(npx hephy base)"`, for a base since which nothing changed; at what is no revision it fails.
 */
export const baseCommand: Command = async (argv, terminal) => {
  try {
    await printBase(argv, terminal);
    return 0;
  } catch (error) {
    terminal.write(`${error instanceof HephyError ? error.code : 'FAILED'}\n`);
    throw error;
  }
};

async function printBase(argv: readonly string[], { write, writeError }: Terminal): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { base: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { root } = findWorkspace(process.cwd());
  const { base, commit } = await withStopSignal(async (signal) => {
    const input = { workspaceRoot: root, env: process.env, runProcess, signal };
    const found = await findBaseCommit({ ...input, ...(values.base === undefined ? {} : { given: values.base }) });
    return { base: found, commit: await comparableCommit(input, found) };
  });
  if (values.json) {
    write(`${JSON.stringify({ version: 1, base, nxBase: commit }, null, 2)}\n`);
    return;
  }
  write(`${commit}\n`);
  writeError(`${printableLine(`${base.kind === 'commit' ? 'compared with ' : 'everything: '}${base.why}`)}\n`);
}
