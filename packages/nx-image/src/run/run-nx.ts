import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import type { ProcessEnd, RunProcess } from '../process/process';
import { isBeingStopped } from '../process/stop-signals';

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

export interface NxCommand extends Omit<NxCall, 'targets' | 'projects'> {
  readonly arguments: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number | undefined;
}

/** `nx run-many` of the workspace's own nx. Whether all of it succeeded. @throws HephyError TOOL_MISSING, BUILD_CANCELLED */
export async function runNx({ targets, projects, ...call }: NxCall): Promise<boolean> {
  const end = await startNx({ ...call, arguments: ['run-many', '-t', ...targets, '-p', projects.join(',')] });
  return end.kind === 'exited' && end.exitCode === 0;
}

/** The workspace's own nx with these arguments. @throws HephyError TOOL_MISSING, BUILD_CANCELLED */
export async function startNx(command: NxCommand): Promise<Exclude<ProcessEnd, { readonly kind: 'cancelled' }>> {
  const { workspaceRoot, env, timeout, runProcess, signal, onLine } = command;
  const end = await runProcess({
    file: process.execPath,
    arguments: [findNx(workspaceRoot), ...command.arguments],
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    cwd: workspaceRoot,
    capture: false,
    ...(timeout === undefined ? {} : { timeout }),
    signal,
    onLine,
  });
  const succeeded = end.kind === 'exited' && end.exitCode === 0;
  // Nx that is stopped ends by itself, with an exit code, and often before this process hears of it.
  if (end.kind === 'cancelled' || (end.kind !== 'timed out' && !succeeded && (await isBeingStopped(signal)))) {
    throw new HephyError('BUILD_CANCELLED', 'nx was stopped');
  }
  return end;
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
