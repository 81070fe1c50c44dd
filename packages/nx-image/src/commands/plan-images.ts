import { join } from 'node:path';
import { OWN_DIRECTORY } from '../builders/runtime';
import { readCi } from '../ci/read-ci';
import type { Repository } from '../oci/reference';
import type { ImagePlan } from '../plan/plan-image';
import { runProcess } from '../process/run-process';
import { DEFAULT_PORT } from '../registry/local/ensure-local-registry';
import { localRegistryStatus } from '../registry/local/local-registry-status';
import { chooseRegistry, LOCAL_PATH } from '../run/choose-registry';
import { readPlanOf } from '../run/handed/read-plan-file';
import { requireCommit } from '../run/handed/require-commit';
import { withPlan } from '../run/handed/seed-of-plan';
import { nxCacheDirectory } from '../run/nx-cache-directory';
import { planOffline } from '../run/plan-offline';
import { runFacts } from '../run/read-run-facts';
import { readRunSeed } from '../run/run-seed';
import { readCheckout } from '../source/read-checkout';
import { chooseImages } from './choose-images';
import type { Workspace } from './find-workspace';
import { loadImages } from './load-images';

/** What a run would do for the images named, or all. Starts nothing, the local registry neither. */
export async function planImages(names: readonly string[]): Promise<readonly ImagePlan[]> {
  const { env } = process;
  const { workspace, catalog, images, options } = await loadImages();
  const choice = chooseRegistry(env, options.registry, readCi(env).ci);
  const handed = readPlanOf(workspace.root, env)?.run;
  const checkout = await readCheckout({ workspaceRoot: workspace.root, imageRoots: catalog.roots, env, runProcess });
  if (handed !== undefined) requireCommit(handed, checkout.commit);
  const facts = runFacts({
    seed: withPlan(readRunSeed(env), handed),
    ...{ env, checkout, handed },
    repository: choice.kind === 'local' ? await localRepository(workspace) : choice.repository,
    local: choice.kind === 'local',
    mirror: options.dockerHubMirror ?? env.HEPHY_DOCKER_HUB_MIRROR,
    insecure: options.insecureRegistries ?? [],
  });
  const chosen = chooseImages(images, names, ({ name, project, root }) => [name, project, root]);
  const input = { workspaceRoot: workspace.root, env, facts, catalog, ownDirectory: OWN_DIRECTORY };
  return Promise.all(chosen.map((image) => planOffline(input, image)));
}

/** Where it is, or most likely will be. */
async function localRepository({ root, nxJson }: Workspace): Promise<Repository> {
  const { running } = await localRegistryStatus(join(nxCacheDirectory(root, nxJson, process.env), 'registry'));
  return { registry: running?.host ?? `localhost:${DEFAULT_PORT}`, path: LOCAL_PATH };
}
