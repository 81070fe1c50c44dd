import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { builderEnvironment } from '../../process/builder-environment';
import type { Tool } from '../../tools/tool';
import { DEFAULT_PATH, pathsIn, writePrivateFiles, type BuilderPlace, type PlaceInput } from './builder-place';
import { withOwnProcesses } from './own-processes';

export interface OnMachineInput extends PlaceInput {
  readonly tool: Tool;
  readonly context: string;
  /** Whether a RUN may write into the context: then it gets a copy. */
  readonly writesContext: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Among the machine’s own files, for builders that keep to a store of their own. */
export async function placeOnMachine(input: OnMachineInput): Promise<BuilderPlace> {
  const { directory, tool, env } = input;
  const context = input.writesContext ? join(directory, 'context') : input.context;
  if (input.writesContext) {
    await cp(input.context, context, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }
  const paths = pathsIn(directory, context);
  await writePrivateFiles(input, paths, directory);
  return {
    paths,
    digestFile: paths.digestFile,
    run: (invocation, watch) =>
      input.runProcess({
        ...withOwnProcesses(tool.path, invocation.arguments),
        env: builderEnvironment(env, {
          HOME: join(directory, 'home'),
          PATH: env.PATH ?? DEFAULT_PATH,
          TMPDIR: join(directory, 'tmp'),
          ...invocation.env,
        }),
        capture: false,
        ...watch,
      }),
  };
}
