import { join } from 'node:path';
import type { BuilderName } from '../config/build-config';
import type { RunProcess } from '../process/process';
import type { BuilderChosen } from '../report/builder-text';
import { chooseBuilder, type BuilderSearch, type ChosenBuilder } from '../tools/choose-builder';
import { presumeBuilder } from '../tools/presume-builder';
import { once } from './once';
import type { RunOptions } from './run-context';
import type { OnRunEvent } from './run-event';
import { sweep } from './sweep';

export interface FindBuilderInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: RunOptions;
  /** Whether what is built goes to the local registry. */
  readonly local: boolean;
  readonly workspaceRoot: string;
  readonly cacheDirectory: string;
  readonly signal: AbortSignal;
  readonly runProcess: RunProcess;
  readonly onEvent: OnRunEvent;
}

export interface FindBuilder {
  /** See `presumeBuilder` of tools. */
  readonly presumeBuilder: (wanted: BuilderName) => Promise<BuilderName>;
  /** See `chooseBuilder` of tools; asked once for each. Whoever chooses builds: what killed runs have left is swept meanwhile. */
  readonly chooseBuilder: (wanted: BuilderName) => Promise<ChosenBuilder>;
}

export function findBuilder(input: FindBuilderInput): FindBuilder {
  const { env, cacheDirectory, runProcess, onEvent } = input;
  return {
    presumeBuilder: once((wanted) => presumeBuilder(builderSearch(input, wanted))),
    chooseBuilder: once(async (wanted) => {
      const chosen = await chooseBuilder(builderSearch(input, wanted));
      onEvent({ kind: 'chosen', chosen: chosenOf(chosen) });
      const engine = chosen.runtime?.kind === 'container' ? chosen.runtime.engine : undefined;
      void sweep({ workDirectory: join(cacheDirectory, 'work'), engine, env, runProcess });
      return chosen;
    }),
  };
}

/** Also for those who only ask what there is: `considerRuntimes`. */
export function builderSearch(input: FindBuilderInput, wanted: BuilderName): BuilderSearch {
  const { env, local, options, signal, runProcess, onEvent } = input;
  const { kaniko, runtime, kanikoImage } = options;
  return {
    ...{ wanted, local, env, runProcess, signal },
    uid: process.getuid?.(),
    keep: [input.workspaceRoot, input.cacheDirectory],
    onNote: (text) => {
      onEvent({ kind: 'note', text });
    },
    ...(kaniko === undefined ? {} : { kaniko }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(kanikoImage === undefined ? {} : { kanikoImage }),
  };
}

function chosenOf({ builder, version, runtime, tool, considered }: ChosenBuilder): BuilderChosen {
  const where = runtime?.kind === 'container' ? runtime.engine.name : runtime?.kind;
  return {
    ...{ builder: builder.name, path: tool.path, considered },
    ...(version === undefined ? {} : { version }),
    ...(where === undefined ? {} : { runtime: where }),
  };
}
