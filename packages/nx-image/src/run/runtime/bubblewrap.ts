import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bubblewrapArguments, OWN_DIRECTORY, type Mount, type RuntimeRoot } from '../../builders/runtime';
import { builderEnvironment } from '../../process/builder-environment';
import type { Tool } from '../../tools/tool';
import {
  DEFAULT_PATH,
  pathsIn,
  withUsualUmask,
  writePrivateFiles,
  type BuilderPlace,
  type PlaceInput,
} from './builder-place';
import { findVariableFiles } from './variable-files';

export interface BubblewrapInput extends PlaceInput {
  readonly bubblewrap: Tool;
  /** The builder's one static program. */
  readonly tool: Tool;
  readonly context: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly root: { readonly kind: 'tmpfs'; readonly size?: number } | { readonly kind: 'directory' };
}

/**
 * A root that is the build's own, nothing in it but the builder's program and what is ours below OWN_DIRECTORY. That is a mount of its own, and so
 * neither in a layer nor copied by a `COPY --from=stage /`; only root may look into it, because the credentials are there.
 */
export async function placeInBubblewrap(input: BubblewrapInput): Promise<BuilderPlace> {
  const { directory } = input;
  const own = join(directory, 'own');
  const paths = pathsIn(OWN_DIRECTORY, `${OWN_DIRECTORY}/context`);
  await writePrivateFiles({ ...input, directory: own }, paths, OWN_DIRECTORY);
  const files = [...(await findVariableFiles(input.env))].map(([name, source]) => ({
    name,
    source,
    target: `${OWN_DIRECTORY}/env/${name}`,
  }));
  const root = await makeRoot(input.root, join(directory, 'root'));
  // bwrap would make the mount points itself, below a directory that others see.
  await mkdir(join(own, 'context'));
  return {
    paths,
    digestFile: join(own, paths.digestFile.slice(OWN_DIRECTORY.length)),
    run: (invocation, watch) => {
      const program = `${paths.store}/${invocation.name}`;
      const mounts: Mount[] = [
        { kind: 'writable', source: own, target: OWN_DIRECTORY },
        { kind: 'read-only', source: input.tool.path, target: program },
        { kind: 'read-only', source: input.context, target: paths.context },
        ...files.map(({ source, target }): Mount => ({ kind: 'read-only', source, target })),
      ];
      const command = [program, ...invocation.arguments];
      return input.runProcess({
        ...withUsualUmask(input.bubblewrap.path, bubblewrapArguments({ root, mounts, command })),
        env: builderEnvironment(input.env, {
          HOME: `${OWN_DIRECTORY}/home`,
          PATH: DEFAULT_PATH,
          TMPDIR: `${OWN_DIRECTORY}/tmp`,
          USER: 'root',
          ...Object.fromEntries(files.map(({ name, target }) => [name, target])),
          ...invocation.env,
        }),
        capture: false,
        ...watch,
      });
    },
  };
}

async function makeRoot(root: BubblewrapInput['root'], path: string): Promise<RuntimeRoot> {
  if (root.kind === 'tmpfs') return root;
  await mkdir(path);
  // Not left to the umask: it is the `/` that an unprivileged RUN sees.
  await chmod(path, 0o755);
  return { kind: 'directory', path };
}
