import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CLEAN_ENV, type Env } from './run';

/** A program that was started. */
export interface Start {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
}

/** By which a program is named that PATH would find. */
const VARIABLES: Readonly<Record<string, string>> = {
  bwrap: 'HEPHY_BWRAP',
  buildah: 'HEPHY_BUILDAH',
  'manifest-tool': 'HEPHY_MANIFEST_TOOL',
};

/**
 * Wrappers, first on PATH, of the programs that hephy starts: each writes down what it was started with, and when a build begins and ends, and is
 * otherwise the program itself.
 */
export class Recording {
  readonly env: Env;
  private readonly directory: string;

  /**
   * @param programs the path of each by its name
   * @param together builds wait for one another until so many have begun, or a minute has passed: then the most at once is no matter of luck
   */
  constructor(directory: string, programs: Readonly<Record<string, string>>, together = 1) {
    this.directory = directory;
    const bin = join(directory, 'bin');
    for (const path of [bin, join(directory, 'starts')]) mkdirSync(path, { recursive: true });
    for (const [name, program] of Object.entries(programs)) {
      writeFileSync(join(bin, name), wrapper(directory, name, program, together));
      chmodSync(join(bin, name), 0o755);
    }
    const named = Object.keys(programs).flatMap((name) => {
      const variable = VARIABLES[name];
      return variable === undefined ? [] : [[variable, join(bin, name)] as const];
    });
    this.env = { ...Object.fromEntries(named), PATH: `${bin}${delimiter}${CLEAN_ENV.PATH ?? ''}` };
  }

  starts(): readonly Start[] {
    const starts = join(this.directory, 'starts');
    return readdirSync(starts)
      .filter((name) => name.endsWith('.argv'))
      .map((file) => ({
        name: file.split('.')[0] ?? '',
        argv: readWords(join(starts, file)),
        env: readWords(join(starts, file.replace(/argv$/, 'env'))),
      }));
  }

  /** Builds so far: builders that were told to build. */
  builds(): number {
    return this.events().filter((event) => event === '+').length;
  }

  /** The most builds that went on at once. */
  mostAtOnce(): number {
    let now = 0;
    return Math.max(0, ...this.events().map((event) => (now += event === '+' ? 1 : -1)));
  }

  private events(): string[] {
    try {
      return readFileSync(join(this.directory, 'events'), 'utf8').split('\n').filter(Boolean);
    } catch {
      return []; // nothing was built
    }
  }
}

function wrapper(directory: string, name: string, program: string, together: number): string {
  return `#!/bin/sh
cd_='${directory}'
printf '%s\\0' "$@" >"$cd_/starts/${name}.$$.argv"
cat /proc/$$/environ >"$cd_/starts/${name}.$$.env"
case " $* " in
*' --destination='* | *' bud '*) ;;
*) exec '${program}' "$@" ;;
esac
echo + >>"$cd_/events"
left=1200
while [ "$(grep -c + "$cd_/events")" -lt ${together} ] && [ $left -gt 0 ]; do
  sleep 0.05
  left=$((left - 1))
done
'${program}' "$@"
code=$?
echo - >>"$cd_/events"
exit $code
`;
}

function readWords(file: string): string[] {
  return readFileSync(file, 'utf8').split('\0').filter(Boolean);
}
