import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program in a builder's place that writes down what it was given, and does as it is told. */
export interface Recorder {
  readonly path: string;
  /** Whether it was started. */
  readonly started: () => boolean;
  readonly words: () => readonly string[];
  /** Its environment, but for what a shell sets for itself when it starts. */
  readonly variables: () => Readonly<Record<string, string>>;
}

const OF_SHELLS = ['PWD', 'OLDPWD', 'SHLVL', '_'];

/** @param then lines of sh; `$digest`, `$context` and `$dockerfile` are as in its flags */
export function makeRecorder(directory: string, then = `printf 'sha256:%064d' 1 > "$digest"`): Recorder {
  const at = (name: string): string => join(directory, name);
  writeFileSync(
    at('recorder'),
    `#!/bin/sh
printf '%s\\0' "$@" > "\${0%/*}/recorded-words"
env -0 > "\${0%/*}/recorded-variables"
for word; do
  case $word in
    --digest-file=*) digest=\${word#*=} ;;
    --dockerfile=*) dockerfile=\${word#*=} ;;
    --context=dir://*) context=\${word#*://} ;;
  esac
done
${then}
`,
  );
  chmodSync(at('recorder'), 0o755);
  const read = (name: string): string[] => readFileSync(at(name), 'utf8').split('\0').slice(0, -1);
  return {
    path: at('recorder'),
    started: () => existsSync(at('recorded-words')),
    words: () => read('recorded-words'),
    variables: () =>
      Object.fromEntries(
        read('recorded-variables')
          .map((one): [string, string] => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])
          .filter(([name]) => !OF_SHELLS.includes(name)),
      ),
  };
}
