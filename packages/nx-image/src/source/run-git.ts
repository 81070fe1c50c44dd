import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import type { RunProcess } from '../process/process';
import { gitEnvironment, type GitConfig } from './git-environment';

/** What reading with git needs of the world. */
export interface GitAccess {
  readonly runProcess: RunProcess;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

export interface GitCall {
  /** Options first, values that others wrote behind `--`. */
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly config?: GitConfig;
  /** More object directories to read from, separated by colons. */
  readonly objects?: string;
  readonly stdin?: string;
  readonly onChunk?: (chunk: Uint8Array) => void | Promise<void>;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface GitEnd {
  /** undefined: it did not end within the timeout. */
  readonly exitCode: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** @throws HephyError TOOL_MISSING without git, BUILD_CANCELLED or the signal's reason when stopped */
export async function runGit(access: GitAccess, call: GitCall): Promise<GitEnd> {
  const { signal } = access;
  const end = await access.runProcess({
    file: 'git',
    arguments: call.arguments,
    env: {
      ...gitEnvironment(access.env, call.config),
      ...(call.objects === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: call.objects }),
    },
    cwd: call.cwd,
    ...(call.stdin === undefined ? {} : { stdin: call.stdin }),
    ...(call.onChunk === undefined ? {} : { onChunk: call.onChunk }),
    ...(call.timeout === undefined ? {} : { timeout: call.timeout }),
    ...(signal === undefined ? {} : { signal }),
  });
  switch (end.kind) {
    case 'exited':
      return { exitCode: end.exitCode, stdout: Buffer.from(end.stdout), stderr: end.stderr };
    case 'timed out':
      return { exitCode: undefined, stdout: Buffer.alloc(0), stderr: '' };
    case 'absent':
      throw new HephyError('TOOL_MISSING', 'git is not on this machine', { hint: 'Install git, or add it to PATH.' });
    case 'cancelled':
      signal?.throwIfAborted();
      throw new HephyError('BUILD_CANCELLED', 'git was stopped');
    case 'signalled':
      throw new Error(`git ${call.arguments[0] ?? ''} was ended by ${end.signal}: ${lastLines(end.stderr)}`);
  }
}

/** What git said last, for an error: redacted, without its `fatal: `. */
export function lastLines(stderr: string, most = 3): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return redact(
    lines
      .slice(-most)
      .join('; ')
      .replaceAll(/\b(?:fatal|error): /g, ''),
  );
}
