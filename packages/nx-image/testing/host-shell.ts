import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { FixtureFiles } from './fixture-images';

/** Programs of this machine and the libraries that they need. With `/bin/sh` alone it is the least image in which a RUN runs. */
export function hostProgramFiles(...programs: readonly string[]): FixtureFiles {
  const libraries = programs.flatMap(
    (program) => execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+(?= \()/g) ?? [],
  );
  return Object.fromEntries(
    [...programs, ...libraries].map((path) => [path, { content: readFileSync(path), mode: 0o755 }]),
  );
}

/** This machine's architecture by Go's name. */
export const HOST_ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

/** Some tenths of a second, by the shell alone, after what a RUN says last: buildah 1.28 relays its output through a pipe, and at times ends without emptying that. */
export const A_MOMENT = 'i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done';
