import { readFileSync, writeFileSync } from 'node:fs';
import { runProcess } from '../src/process/run-process';
import { withStopSignal } from '../src/process/stop-signals';
import type { BuilderRun, BuilderRunEnd } from '../src/run/builder-run';
import { runBuilder } from '../src/run/run-builder';
import { chooseBuilder, type BuilderSearch } from '../src/tools/choose-builder';
import { HephyError } from '../src/errors/hephy-error';

/** One build as another user, in another root, or to be killed. */
export interface BuildOnce {
  readonly search: Omit<BuilderSearch, 'uid' | 'runProcess'>;
  readonly run: Omit<BuilderRun, 'builder' | 'tool' | 'runtime' | 'signal' | 'runProcess' | 'onProgress'>;
  /** Gets `BuildOnceEnd`, last of all. */
  readonly answer: string;
  /** How many times, one after the other; default once. */
  readonly times?: number;
}

export type BuildOnceEnd = BuilderRunEnd | { readonly error: { readonly code: string; readonly message: string } };

/** Its argument is a file that holds `BuildOnce`; on stdout it says what the builder does. */
async function main(file: string): Promise<void> {
  const { search, run, answer, times = 1 } = JSON.parse(readFileSync(file, 'utf8')) as BuildOnce;
  const ends: BuildOnceEnd[] = [];
  for (let count = 0; count < times; count++) {
    const end = await withStopSignal(async (signal) => {
      const chosen = await chooseBuilder({ ...search, uid: process.getuid?.(), runProcess });
      return runBuilder({
        ...chosen,
        ...run,
        timeout: run.timeout,
        dockerConfig: run.dockerConfig,
        signal,
        runProcess,
        onProgress: ({ what }) => process.stdout.write(`${what}\n`),
      });
    }).catch((error: unknown): BuildOnceEnd => {
      if (error instanceof HephyError) return { error: { code: error.code, message: error.message } };
      throw error;
    });
    ends.push(end);
  }
  writeFileSync(answer, JSON.stringify(ends));
}

void main(process.argv.at(-1) ?? '');
