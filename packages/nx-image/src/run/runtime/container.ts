import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { containerArguments, type ContainerRun } from '../../builders/container';
import { OWN_DIRECTORY, type Mount } from '../../builders/runtime';
import { builderEnvironment } from '../../process/builder-environment';
import { ownerIdentity } from '../../process/owner';
import { newContainerName, OWNER_LABEL, WORKSPACE_LABEL, workspaceLabel } from '../../tools/container-labels';
import type { Engine } from '../../tools/engine';
import { IN_ITS_IMAGE } from '../../tools/find-tool';
import { DEFAULT_PATH, pathsIn, writePrivateFiles, type BuilderPlace, type PlaceInput } from './builder-place';
import { runContainer } from './run-container';
import { findVariableFiles, isThere } from './variable-files';

export interface ContainerInput extends PlaceInput {
  readonly engine: Engine;
  /** Kaniko's image, by the id that the engine has it by. */
  readonly image: string;
  readonly context: string;
  /** Where private directories are: one for each workspace. */
  readonly workDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A container of Kaniko's image. Kaniko itself moves to a volume below OWN_DIRECTORY before it begins, and deletes all else that the image had: what is left is
 * a root like bubblewrap's. Nothing but the digest is written where this machine sees it: root's files would outlive a build of somebody who is not root.
 */
export async function placeInContainer(input: ContainerInput): Promise<BuilderPlace> {
  const { directory, engine } = input;
  const own = join(directory, 'own');
  const paths = pathsIn(OWN_DIRECTORY, `${OWN_DIRECTORY}/context`);
  await writePrivateFiles({ ...input, directory: own }, paths, OWN_DIRECTORY);
  const digestFile = join(own, paths.digestFile.slice(OWN_DIRECTORY.length));
  await writeFile(digestFile, '', { mode: 0o600 });
  const variables = await copyVariableFiles(input.env, join(own, 'env'));
  const mount = (name: string): Mount => ({
    kind: 'read-only',
    source: join(own, name),
    target: `${OWN_DIRECTORY}/${name}`,
  });
  const passed = builderEnvironment(input.env);
  return {
    paths,
    digestFile,
    run: (invocation, watch) => {
      const container: ContainerRun = {
        name: newContainerName(),
        labels: { [OWNER_LABEL]: ownerIdentity(), [WORKSPACE_LABEL]: workspaceLabel(input.workDirectory) },
        image: input.image,
        hostNetwork: engine.loopback.kind === 'host',
        hostUsers: engine.remapsUsers,
        mounts: [
          mount('build'),
          mount('docker'),
          mount('env'),
          { kind: 'read-only', source: input.context, target: paths.context },
          { kind: 'writable', source: digestFile, target: paths.digestFile },
        ],
        store: paths.store,
        env: {
          HOME: `${paths.store}/home`,
          PATH: DEFAULT_PATH,
          TMPDIR: paths.store,
          USER: 'root',
          // https://github.com/osscontainertools/kaniko#bootstrapping-kaniko
          KANIKO_DIR: `${paths.store}/kaniko`,
          KANIKO_PRE_CLEANUP: 'true',
          ...invocation.env,
          ...variables,
        },
        passed: Object.keys(passed).filter((name) => !(name in variables)),
        command: [IN_ITS_IMAGE, ...invocation.arguments],
      };
      return runContainer(
        { engine, env: { ...input.env, ...passed }, passed, runProcess: input.runProcess },
        container.name,
        containerArguments(container),
        watch,
      );
    },
  };
}

/** Copies, as an engine's virtual machine does not see all of our files. */
async function copyVariableFiles(
  env: ContainerInput['env'],
  directory: string,
): Promise<Readonly<Record<string, string>>> {
  await mkdir(directory, { mode: 0o700 });
  const moved: Record<string, string> = {};
  for (const [name, source] of await findVariableFiles(env)) {
    // A directory of certificates may hold links that lead nowhere.
    await cp(source, join(directory, name), { recursive: true, dereference: true, filter: isThere });
    moved[name] = `${OWN_DIRECTORY}/env/${name}`;
  }
  return moved;
}
