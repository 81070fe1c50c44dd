import { join } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { builderEnvironment } from '../../process/builder-environment';
import type { Tool } from '../../tools/tool';
import { DEFAULT_PATH, pathsIn, writePrivateFiles, type BuilderPlace, type PlaceInput } from './builder-place';

export interface DirectInput extends PlaceInput {
  readonly tool: Tool;
  readonly context: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

let used = false;

/**
 * In the root that this process is in, which is the builder's image and nothing else (`judgeOwnRoot`). The builder deletes it, itself included: a second build would see
 * what the first left. No shell is there to set the umask, so that it is set for this process.
 * @throws HephyError RUNTIME_UNAVAILABLE for the second build
 */
export async function placeDirectly(input: DirectInput): Promise<BuilderPlace> {
  if (used) {
    throw new HephyError(
      'RUNTIME_UNAVAILABLE',
      'a container is good for one build of the runtime `direct`, and this one had it',
      {
        hint: 'Build each platform of each image in a container of its own.',
      },
    );
  }
  used = true;
  const { directory, tool, env, context } = input;
  const paths = pathsIn(directory, context);
  await writePrivateFiles(input, paths, directory);
  return {
    paths,
    digestFile: paths.digestFile,
    run: (invocation, watch) => {
      process.umask(0o022);
      return input.runProcess({
        file: tool.path,
        arguments: invocation.arguments,
        env: builderEnvironment(env, {
          HOME: join(directory, 'home'),
          PATH: DEFAULT_PATH,
          TMPDIR: join(directory, 'tmp'),
          SSL_CERT_DIR: env.SSL_CERT_DIR ?? '/kaniko/ssl/certs',
          ...input.builder.rootEnvironment(paths),
          ...invocation.env,
        }),
        capture: false,
        ...watch,
      });
    },
  };
}
