import type { RunProcess } from '../process/process';

const PATIENCE = 20_000;

/** What a program answers when asked for its version; undefined where it fails, or is no program of this machine. */
export async function readVersion(
  path: string,
  args: readonly string[],
  runProcess: RunProcess,
): Promise<string | undefined> {
  try {
    const end = await runProcess({ file: path, arguments: args, env: { HOME: '/', USER: 'root' }, timeout: PATIENCE });
    return end.kind === 'exited' && end.exitCode === 0 ? Buffer.from(end.stdout).toString('utf8').trim() : undefined;
  } catch {
    return undefined;
  }
}
