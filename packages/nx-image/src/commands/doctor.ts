import { parseArgs } from 'node:util';
import { HephyError, HephyErrors } from '../errors/hephy-error';
import type { Image } from '../config/build-config';
import { graphCatalog } from '../inference/graph-catalog';
import { runProcess } from '../process/run-process';
import { beginRun } from '../process/stop-signals';
import { doctorFailed, doctorText } from '../report/doctor-text';
import { nxCacheDirectory } from '../run/nx-cache-directory';
import type { RunOptions } from '../run/run-context';
import type { Command } from './command';
import { CHECKS } from './doctor/checks';
import { openSurroundings } from './doctor/open-surroundings';
import { runChecks } from './doctor/run-checks';
import type { Problem } from './doctor/surroundings';
import { findPlugin, findWorkspace, type Workspace } from './find-workspace';
import { innerErrors, isObject } from './inner-errors';
import { optionsOf } from './load-images';

/** What a run here would do, and what stands in its way. Exit code 1 where a check failed. */
export const doctorCommand: Command = async (argv, terminal) => {
  const { values } = parseArgs({ args: [...argv], options: { json: { type: 'boolean' } } });
  const workspace = findWorkspace(process.cwd());
  const run = beginRun();
  const ended = new AbortController();
  try {
    const known = await readWorkspace(workspace);
    const surroundings = await openSurroundings({
      ...known,
      workspaceRoot: workspace.root,
      cacheDirectory: nxCacheDirectory(workspace.root, workspace.nxJson, process.env),
      env: process.env,
      runProcess,
      signal: AbortSignal.any([run.signal, ended.signal]),
    });
    const findings = await runChecks(CHECKS, surroundings);
    run.signal.throwIfAborted();
    terminal.write(
      values.json === true
        ? `${JSON.stringify({ version: 1, findings }, null, 2)}\n`
        : `${doctorText(findings, { width: terminal.width, color: terminal.color })}\n`,
    );
    return doctorFailed(findings) ? 1 : 0;
  } finally {
    // What a check waited for in vain.
    ended.abort(new HephyError('BUILD_CANCELLED', 'the doctor has gone'));
    await run.end();
  }
};

interface KnownWorkspace {
  readonly plugin: boolean;
  readonly options: RunOptions;
  readonly images: readonly Image[];
  readonly problems: readonly Problem[];
}

/** By nx's graph, as a run has it. */
async function readWorkspace(workspace: Workspace): Promise<KnownWorkspace> {
  const { root } = workspace;
  const entry = findPlugin(workspace);
  const known = { plugin: entry !== undefined, options: entry?.options ?? {} };
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where it is needed
    const { createProjectGraphAsync } = require('@nx/devkit') as typeof import('@nx/devkit');
    const graph = await createProjectGraphAsync({ exitOnError: false });
    const catalog = graphCatalog(root, graph);
    const images = catalog.roots.flatMap((one) => catalog.images(one));
    return {
      ...known,
      options: { ...known.options, ...optionsOf(graph) },
      images,
      problems: [],
    };
  } catch (error) {
    return { ...known, images: [], problems: problemsOf(error) };
  }
}

/** Why nx makes no graph: an error that holds others, each of a plugin, each of which may hold those of files. By the daemon they come as plain objects. */
function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof HephyErrors) return error.errors.flatMap(problemsOf);
  if (error instanceof HephyError) {
    const { code, message, hint } = error;
    return [{ code, message, ...(hint === undefined ? {} : { hint }) }];
  }
  const inner = innerErrors(error);
  if (inner.length > 0) return inner.flatMap(problemsOf);
  const text = isObject(error) && typeof error.message === 'string' ? error.message : String(error);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return [
    {
      message: `nx makes no graph: ${lines.slice(0, 3).join('; ')}`,
      hint: 'See all of it: npx nx report, npx nx graph.',
    },
  ];
}
