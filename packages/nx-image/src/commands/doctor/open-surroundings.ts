import { homedir } from 'node:os';
import { readCi } from '../../ci/read-ci';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import type { Repository } from '../../oci/reference';
import type { RunFacts } from '../../plan/run-facts';
import type { ProcessSpec, RunProcess } from '../../process/process';
import { createRegistryClient } from '../../registry/client/create-registry-client';
import { createCredentialStore } from '../../registry/credentials/credential-store';
import { DEFAULT_PORT } from '../../registry/local/ensure-local-registry';
import { buildMachinePlatform } from '../../run/build-machine';
import { chooseRegistry, LOCAL_PATH, type RegistryChoice } from '../../run/choose-registry';
import { once } from '../../run/once';
import { factsWithoutPublishing } from '../../run/read-run-facts';
import { readRunSeed } from '../../run/run-seed';
import { readCheckout } from '../../source/read-checkout';
import type { CheckoutFacts } from '../../source/source';
import type { EmulationSearch } from '../../tools/emulation';
import { tryArchitecture } from '../../tools/try-architecture';
import type { Surroundings } from './surroundings';

/** What is known before anything is opened. */
export interface SurroundingsInput extends Pick<
  Surroundings,
  'workspaceRoot' | 'cacheDirectory' | 'env' | 'options' | 'plugin' | 'images' | 'problems' | 'runProcess' | 'signal'
> {
  /** Where binfmt_misc is mounted, if not where Linux has it. */
  readonly emulationDirectory?: string;
}

/** Opens what checks look at; starts nothing, and rejects for nothing that a check can say. */
export async function openSurroundings(input: SurroundingsInput): Promise<Surroundings> {
  const { env, options, signal, workspaceRoot, cacheDirectory } = input;
  const runProcess: RunProcess = (spec: ProcessSpec) => input.runProcess({ signal, ...spec });
  const registry = orError(() => chooseRegistry(env, options.registry, readCi(env).ci));
  const checkout = await readCheckoutIfGit({ ...input, runProcess });
  const { facts, publishing } = factsOf(input, registry, checkout);
  const credentials = createCredentialStore({ env, homeDirectory: homedir(), runProcess });
  const { mirror } = facts;
  const client = createRegistryClient({
    ...(mirror === undefined ? {} : { mirror }),
    insecure: facts.insecure,
    home: facts.repository,
    env,
    signal,
    credentials,
  });
  const repository = registry instanceof HephyError || registry.kind === 'local' ? undefined : registry.repository;
  const emulation: EmulationSearch = {
    ...(input.emulationDirectory === undefined ? {} : { directory: input.emulationDirectory }),
    tryOut: (architecture) => tryArchitecture(architecture, `${cacheDirectory}/work`, runProcess),
  };
  return {
    ...{ workspaceRoot, cacheDirectory, env, options, signal, runProcess, registry, facts, publishing },
    ...{ client, credentials, emulation, plugin: input.plugin, images: input.images, problems: input.problems },
    reach: once(async () => {
      // A tag that nobody has: 404 is an answer.
      if (repository !== undefined) await client.getManifest({ ...repository, tag: '_hephy-doctor-latest' });
      return repository;
    }),
    push: once(() => (repository === undefined ? Promise.resolve('not known') : client.tryPush(repository))),
    uid: process.getuid?.(),
    architecture: buildMachinePlatform().architecture,
    now: () => Date.now(),
  };
}

function orError<T>(work: () => T): T | HephyError {
  try {
    return work();
  } catch (error) {
    if (error instanceof HephyError) return error;
    throw error;
  }
}

const NO_CHECKOUT: CheckoutFacts = { commit: undefined, dirty: undefined, changed: [], origin: undefined };

/** Without git, or with a checkout that it cannot read: the check of git says so. */
async function readCheckoutIfGit(input: SurroundingsInput): Promise<CheckoutFacts> {
  const { workspaceRoot, env, signal, runProcess, images } = input;
  try {
    return await readCheckout({ workspaceRoot, imageRoots: images.map(({ root }) => root), env, signal, runProcess });
  } catch (error) {
    if (error instanceof HephyError || error instanceof HephyErrors) return NO_CHECKOUT;
    throw error;
  }
}

function factsOf(
  { env, options }: SurroundingsInput,
  registry: RegistryChoice | HephyError,
  checkout: CheckoutFacts,
): { readonly facts: RunFacts; readonly publishing: HephyError | undefined } {
  const configured = registry instanceof HephyError || registry.kind === 'local' ? undefined : registry.repository;
  const repository: Repository = configured ?? { registry: `localhost:${DEFAULT_PORT}`, path: LOCAL_PATH };
  const made = (local: boolean) =>
    factsWithoutPublishing({
      seed: readRunSeed(env),
      env,
      checkout,
      repository,
      local,
      mirror: options.dockerHubMirror ?? env.HEPHY_DOCKER_HUB_MIRROR,
      insecure: options.insecureRegistries ?? [],
    });
  const { facts, refused } = made(configured === undefined);
  return { facts, publishing: refused };
}
