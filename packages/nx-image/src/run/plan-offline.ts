import type { Image } from '../config/build-config';
import type { ImageUse } from '../dockerfile/dockerfile';
import type { Platform } from '../oci/platform';
import type { Pin } from '../plan/pin';
import { planImage, type ImagePlan } from '../plan/plan-image';
import { planPlatform } from '../plan/plan-platform';
import type { RunFacts } from '../plan/run-facts';
import { runProcess } from '../process/run-process';
import { readFileModes } from '../source/file-modes';
import { listContext } from '../source/list-context';
import { readMissingSubmodules } from '../source/missing-submodules';
import type { ContextListing } from '../source/source';
import { presumeBuilder } from '../tools/presume-builder';
import { readLocalDockerfile } from './read-local-dockerfile';
import { withBuilder } from './plan-build';
import { readFor } from './read-for-platform';
import type { ImageCatalog } from './run-context';
import { pathsIn } from './runtime/builder-place';
import { platformOf } from './use-platform';

export interface OfflineInput {
  readonly workspaceRoot: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly facts: RunFacts;
  readonly catalog: ImageCatalog;
  /** Where the builder sees what is its own, for the argv. */
  readonly ownDirectory: string;
}

/**
 * What a run would do for an image, as far as this machine alone knows: nothing is asked of the network and nothing is written. Bases are holes, and what an
 * upstream holds is one.
 * @throws HephyError of the config, the Dockerfile and the context
 */
export async function planOffline(input: OfflineInput, configured: Image): Promise<ImagePlan> {
  const builder = await presumeBuilder({
    wanted: configured.config.builder,
    local: input.facts.local,
    env: input.env,
  });
  const image = withBuilder(configured, builder);
  const { config } = image;
  const local = config.upstream === undefined;
  const listing = local ? await list(input, image) : undefined;
  const text = config.dockerfileFrom === 'local' ? readLocalDockerfile(input.workspaceRoot, image) : undefined;
  const platforms = config.platforms.map((platform) => {
    const path = `${image.root}/${config.dockerfilePath}`;
    const dockerfile = text === undefined ? undefined : readFor(input.facts, image, { path, text }, platform);
    return planPlatform({
      image,
      platform,
      facts: input.facts,
      dockerfile,
      context: listing?.digest,
      pinOf: (use) => hole(input.catalog, image, use, platformOf(input.facts, use, platform, path)),
    });
  });
  return planImage(image, input.facts, platforms, () => pathsIn(input.ownDirectory, `${input.ownDirectory}/context`));
}

async function list({ workspaceRoot, env }: OfflineInput, image: Image): Promise<ContextListing> {
  const { contextPath, dockerfilePath } = image.config;
  const modes = await readFileModes({ workspaceRoot, env, runProcess });
  const missing = await readMissingSubmodules({ workspaceRoot, env, runProcess });
  return listContext({ workspaceRoot, imageRoot: image.root, contextPath, dockerfilePath, modes, missing });
}

function hole(catalog: ImageCatalog, image: Image, use: ImageUse, platform: Platform): Pin {
  const parent = use.own === undefined ? undefined : catalog.ownerOf(image, use.own);
  return parent === undefined
    ? { kind: 'unresolved', reference: use.reference ?? use.written, platform }
    : { kind: 'pending', image: parent.name, platform };
}
