import { basename, join } from 'node:path';
import { OWN_DIRECTORY } from '../builders/runtime';
import { readCi } from '../ci/read-ci';
import { KANIKO_EXECUTOR } from '../inference/image-project';
import { graphCatalog } from '../inference/graph-catalog';
import type { Repository } from '../oci/reference';
import type { ImagePlan } from '../plan/plan-image';
import { runProcess } from '../process/run-process';
import { DEFAULT_PORT } from '../registry/local/ensure-local-registry';
import { localRegistryStatus } from '../registry/local/local-registry-status';
import { chooseRegistry, LOCAL_PATH } from '../run/choose-registry';
import { nxCacheDirectory } from '../run/nx-cache-directory';
import { planOffline } from '../run/plan-offline';
import { runFacts } from '../run/read-run-facts';
import type { RunOptions } from '../run/run-context';
import { readRunSeed } from '../run/run-seed';
import { readCheckout } from '../source/read-checkout';
import { chooseImages } from './choose-images';
import { findWorkspace, type Workspace } from './find-workspace';

/** What a run would do for the images named, or all. Starts nothing, the local registry neither. */
export async function planImages(names: readonly string[]): Promise<readonly ImagePlan[]> {
  const { env } = process;
  const workspace = findWorkspace(process.cwd());
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the one command that needs the graph pays for it
  const { createProjectGraphAsync } = require('@nx/devkit') as typeof import('@nx/devkit');
  const graph = await createProjectGraphAsync({ exitOnError: true });
  const catalog = graphCatalog(workspace.root, graph);
  const targets = Object.values(graph.nodes).flatMap(({ data }) => Object.values(data.targets ?? {}));
  const options = (targets.find(({ executor }) => executor === KANIKO_EXECUTOR)?.options ?? {}) as RunOptions;
  const choice = chooseRegistry(env, options.registry, readCi(env).ci);
  const facts = runFacts({
    seed: readRunSeed(env),
    env,
    checkout: await readCheckout({ workspaceRoot: workspace.root, imageRoots: catalog.roots, env, runProcess }),
    repository: choice.kind === 'local' ? await localRepository(workspace) : choice.repository,
    local: choice.kind === 'local',
    mirror: options.dockerHubMirror ?? env.HEPHY_DOCKER_HUB_MIRROR,
    insecure: options.insecureRegistries ?? [],
  });
  const roots = chooseImages(catalog.roots, names, (root) => [basename(root), root]);
  const input = { workspaceRoot: workspace.root, env, facts, catalog, ownDirectory: OWN_DIRECTORY };
  return Promise.all(roots.map((root) => planOffline(input, catalog.image(root))));
}

/** Where it is, or most likely will be. */
async function localRepository({ root, nxJson }: Workspace): Promise<Repository> {
  const { running } = await localRegistryStatus(join(nxCacheDirectory(root, nxJson, process.env), 'registry'));
  return { registry: running?.host ?? `localhost:${DEFAULT_PORT}`, path: LOCAL_PATH };
}
