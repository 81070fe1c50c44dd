import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import type { RunProcess } from '../process/process';
import { tinyProgram } from './tiny-program';

const PATIENCE = 10_000;

/**
 * Starts a program of the architecture, as BuildKit does to learn what a machine runs. In a container that sees no binfmt_misc, and on a CPU that runs
 * more than its own architecture, it is the only way to know.
 * @param directory a place for the program; made where it is not there
 */
export async function tryArchitecture(
  architecture: string,
  directory: string,
  runProcess: RunProcess,
): Promise<'starts' | 'refused' | 'unknown'> {
  const program = tinyProgram(architecture);
  if (program === undefined) return 'unknown';
  let place: string | undefined;
  try {
    await mkdir(directory, { recursive: true });
    place = await mkdtemp(join(directory, 'try-'));
    const file = join(place, architecture);
    await writeFile(file, program, { mode: 0o700 });
    const end = await runProcess({ file, arguments: [], env: {}, timeout: PATIENCE });
    if (end.kind === 'exited') return end.exitCode === 0 ? 'starts' : 'refused';
    return end.kind === 'signalled' ? 'refused' : 'unknown';
  } catch (error) {
    // A full disk or one that starts no programs says nothing of the CPU.
    return error instanceof HephyError && error.message.includes('ENOEXEC') ? 'refused' : 'unknown';
  } finally {
    if (place !== undefined) await rm(place, { recursive: true, force: true });
  }
}
