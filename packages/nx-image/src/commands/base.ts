import { parseArgs } from 'node:util';
import type { Base } from '../ci/base-question';
import { HephyError } from '../errors/hephy-error';
import { runProcess } from '../process/run-process';
import { withStopSignal } from '../process/stop-signals';
import { printableLine } from '../report/printable';
import { comparableCommit } from '../source/changes/comparable-commit';
import { resolveBase } from '../source/changes/resolve-base';
import type { Command } from './command';
import { findWorkspace } from './find-workspace';

/**
 * The commit for `nx affected --base`, alone on stdout; why it is that one beside it. Where there is none, stdout has the error's code: nothing there would be taken by nx, in
 * `--base="$(npx hephy base)"`, for a base since which nothing changed; at what is no revision it fails.
 */
export const baseCommand: Command = async (argv, terminal) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { base: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { base, commit } = await findBase(values.base).catch((error: unknown) => {
    if (!values.json) terminal.write(`${error instanceof HephyError ? error.code : 'FAILED'}\n`);
    throw error;
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

async function findBase(given: string | undefined): Promise<{ readonly base: Base; readonly commit: string }> {
  const { root } = findWorkspace(process.cwd());
  return withStopSignal(async (signal) => {
    const input = { workspaceRoot: root, env: process.env, runProcess, signal };
    const base = await resolveBase({ ...input, ...(given === undefined ? {} : { given }) });
    return { base, commit: await comparableCommit(input, base) };
  });
}
