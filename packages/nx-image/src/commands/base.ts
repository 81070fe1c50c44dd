import { parseArgs } from 'node:util';
import { runProcess } from '../process/run-process';
import { withStopSignal } from '../process/stop-signals';
import { printableLine } from '../report/printable';
import { comparableCommit } from '../source/changes/comparable-commit';
import { resolveBase } from '../source/changes/resolve-base';
import type { Command } from './command';
import { findWorkspace } from './find-workspace';

/** The commit for `nx affected --base`, alone on stdout; why it is that one beside it. */
export const baseCommand: Command = async (argv, terminal) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { base: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { root } = findWorkspace(process.cwd());
  const { base, commit } = await withStopSignal(async (signal) => {
    const input = { workspaceRoot: root, env: process.env, runProcess, signal };
    const found = await resolveBase({ ...input, ...(values.base === undefined ? {} : { given: values.base }) });
    return { base: found, commit: await comparableCommit(input, found) };
  });
  if (values.json) terminal.write(`${JSON.stringify({ version: 1, base, nxBase: commit }, null, 2)}\n`);
  else {
    terminal.write(`${commit}\n`);
    terminal.writeError(
      `${printableLine(`${base.kind === 'commit' ? 'compared with ' : 'everything: '}${base.why}`)}\n`,
    );
  }
  return 0;
};
