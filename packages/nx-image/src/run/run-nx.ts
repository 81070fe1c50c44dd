import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import type { RunProcess } from '../process/process';

export interface NxCall {
  readonly workspaceRoot: string;
  readonly targets: readonly string[];
  readonly projects: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runProcess: RunProcess;
  readonly signal: AbortSignal;
  /** Each line as it comes. */
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** `nx run-many` of the workspace's own nx. Whether all of it succeeded. @throws HephyError TOOL_MISSING, BUILD_CANCELLED */
export async function runNx(call: NxCall): Promise<boolean> {
  const { workspaceRoot, targets, projects, env, runProcess, signal, onLine } = call;
  const end = await runProcess({
    file: process.execPath,
    arguments: [findNx(workspaceRoot), 'run-many', '-t', ...targets, '-p', projects.join(',')],
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    cwd: workspaceRoot,
    capture: false,
    signal,
    onLine,
  });
  if (end.kind === 'cancelled') throw new HephyError('BUILD_CANCELLED', 'nx was stopped');
  return end.kind === 'exited' && end.exitCode === 0;
}

function findNx(workspaceRoot: string): string {
  try {
    return createRequire(join(workspaceRoot, 'package.json')).resolve('nx/bin/nx.js');
  } catch (cause) {
    throw new HephyError('TOOL_MISSING', `nx is not installed in ${workspaceRoot}`, {
      hint: 'Install the workspace’s packages: npm ci.',
      cause,
    });
  }
}
