import { posix } from 'node:path';
import type { ImageConfig } from '../../oci/manifest';
import type { LayeredFiles } from './layered-files';

/** A program that starting the container runs, where the added layers have it. */
export interface StartedProgram {
  /** How it is reached: `/entrypoint.sh → /bin/sh`. */
  readonly through: string;
  readonly architecture: string;
}

/** What runtimes set where the config has none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** As the kernel: a script's interpreter may be a script, so often. */
const MAX_INTERPRETERS = 5;

/** The ELF programs behind Entrypoint and Cmd: themselves, the interpreters of scripts, the loaders of dynamic programs. */
export function findStartedPrograms(config: ImageConfig['config'], files: LayeredFiles): readonly StartedProgram[] {
  const search = (config?.Env ?? []).findLast((one) => one.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
  const directory = config?.WorkingDir === undefined || config.WorkingDir === '' ? '/' : config.WorkingDir;

  const locate = (command: string): string | undefined => {
    if (command.includes('/')) return posix.resolve('/', directory, command);
    const candidates = search.split(':').map((one) => posix.resolve('/', directory, one, command));
    return candidates.find((path) => files.find(path) !== undefined);
  };

  const programs: StartedProgram[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const found = files.find(path);
    if (found === undefined) return;
    const through = [...trail, found.path === path ? path : `${path} (${found.path})`];
    if (found.file.kind === 'elf') {
      programs.push({ through: through.join(' → '), architecture: found.file.architecture });
      if (found.file.interpreter !== undefined) visitOnce(found.file.interpreter, through);
    } else if (found.file.kind === 'script') {
      const [interpreter, ...words] = found.file.interpreter.split(/[ \t]+/);
      if (interpreter === undefined || interpreter === '') return;
      visitOnce(interpreter, through);
      const command = posix.basename(interpreter) === 'env' ? envCommand(words) : undefined;
      const located = command === undefined ? undefined : locate(command);
      if (located !== undefined) visitOnce(located, through);
    }
  };
  const visitOnce = (path: string, trail: readonly string[]): void => {
    if (trail.length <= MAX_INTERPRETERS) visit(posix.resolve('/', directory, path), trail);
  };

  for (const command of [config?.Entrypoint?.[0], config?.Cmd?.[0]]) {
    const path = command === undefined || command === '' ? undefined : locate(command);
    if (path !== undefined) visit(path, []);
  }
  return programs;
}

/** What `#!/usr/bin/env [-S] [NAME=value…] command` runs. */
function envCommand(words: readonly string[]): string | undefined {
  return words.find((word) => !word.startsWith('-') && !word.includes('='));
}
