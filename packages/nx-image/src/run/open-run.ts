import { join } from 'node:path';
import { homedir } from 'node:os';
import { findEmulation } from '../tools/emulation';
import { tryArchitecture } from '../tools/try-architecture';
import type { HandedPlan } from '../ci/handed-plan';
import { readCi } from '../ci/read-ci';
import type { Repository } from '../oci/reference';
import { runProcess } from '../process/run-process';
import { createRegistryClient } from '../registry/client/create-registry-client';
import { createCredentialStore } from '../registry/credentials/credential-store';
import { ensureLocalRegistry } from '../registry/local/ensure-local-registry';
import { readFileModes } from '../source/file-modes';
import { readMissingSubmodules } from '../source/missing-submodules';
import { readCheckout } from '../source/read-checkout';
import { fetchCommit } from '../source/upstream/fetch-commit';
import { resolveRef } from '../source/upstream/resolve-ref';
import { buildMachinePlatform } from './build-machine';
import { chooseRegistry, LOCAL_PATH } from './choose-registry';
import { readPlanOf } from './handed/read-plan-file';
import { requireCommit } from './handed/require-commit';
import { withPlan } from './handed/seed-of-plan';
import { checkoutOfRun, factsWithoutPublishing, runFacts } from './read-run-facts';
import { findBuilder } from './find-builder';
import { openNoteLog } from './note-log';
import { once } from './once';
import { upstreamStore } from './opened-source';
import { readLast } from './published';
import { baseResolver } from './resolve-bases';
import { rebuildChooser } from './rebuild';
import { requireReplaceable } from './replace-tag';
import { resultStore } from './result-store';
import type { ImageCatalog, RunContext, RunOptions } from './run-context';
import type { OnRunEvent } from './run-event';
import type { RunSeed } from './run-seed';
import { Semaphore } from './semaphore';

export interface OpenRunInput {
  readonly workspaceRoot: string;
  readonly cacheDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: RunOptions;
  readonly catalog: ImageCatalog;
  readonly seed: RunSeed;
  readonly signal: AbortSignal;
  readonly onEvent: OnRunEvent;
  /** A command is a run of its own that leaves no notes and no checkout to other processes; a reader's may not publish either, whatever forbids that. */
  readonly as?: 'reader' | 'publisher';
  /** Instead of what HEPHY_PLAN names. */
  readonly handed?: HandedPlan | undefined;
}

/**
 * Everything that steps share: the facts of the run, the registry (the local one started where it is the one), the doors.
 * @throws HephyError of the registry's configuration, of publishing, and of the plan that HEPHY_PLAN names
 */
export async function openRun(input: OpenRunInput): Promise<RunContext> {
  const { workspaceRoot, cacheDirectory, env, options, signal, onEvent } = input;
  const handed = input.handed ?? readPlanOf(workspaceRoot, env);
  const seed = withPlan(input.seed, handed?.run);
  const choice = chooseRegistry(env, options.registry, readCi(env).ci);
  const local = choice.kind === 'local';
  const read = () => readCheckout({ workspaceRoot, imageRoots: input.catalog.roots, env, signal, runProcess });
  const [repository, checkout] = await Promise.all([
    local ? openLocal(cacheDirectory, signal) : choice.repository,
    input.as === undefined ? checkoutOfRun(cacheDirectory, seed.command ?? seed.id, read) : read(),
  ]);
  if (handed !== undefined) requireCommit(handed.run, checkout.commit);
  const mirror = options.dockerHubMirror ?? env.HEPHY_DOCKER_HUB_MIRROR;
  const insecure = options.insecureRegistries ?? [];
  const known = { seed, env, checkout, repository, local, mirror, insecure, handed: handed?.run };
  const facts = input.as === 'reader' ? factsWithoutPublishing(known).facts : runFacts(known);
  const credentials = createCredentialStore({ env, homeDirectory: homedir(), runProcess });
  const troubled = (text: string): void => {
    onEvent({ kind: 'note', text });
  };
  const log = input.as === undefined ? openNoteLog(workspaceRoot, facts.id, troubled) : undefined;
  const onNote = (text: string): void => {
    log?.(text);
    onEvent({ kind: 'note', text });
  };
  const registry = createRegistryClient({
    ...(mirror === undefined ? {} : { mirror }),
    insecure,
    home: repository,
    env,
    signal,
    credentials,
    onNote,
  });
  return {
    ...{ workspaceRoot, cacheDirectory, env, options, facts, signal, onEvent, credentials, registry, runProcess },
    catalog: input.catalog,
    handed,
    bases: baseResolver(registry),
    ...findBuilder({ env, options, local, workspaceRoot, cacheDirectory, signal, runProcess, onEvent }),
    upstreamCommit: once((repo: string, ref: string) => resolveRef({ repo, ref, env, runProcess, signal })),
    fetchUpstream: once((repo: string, commit: string, name: string | undefined) =>
      fetchCommit({ env, runProcess, signal, store: upstreamStore({ cacheDirectory }), repo, commit, name }),
    ),
    fileModes: once(() => readFileModes({ workspaceRoot, env, signal, runProcess })),
    missingSubmodules: once(() => readMissingSubmodules({ workspaceRoot, env, signal, runProcess })),
    emulation: once((architecture: string) =>
      findEmulation(architecture, buildMachinePlatform().architecture, {
        tryOut: (one) => tryArchitecture(one, join(cacheDirectory, 'work'), runProcess),
      }),
    ),
    tryPush: once((one: Repository) => registry.tryPush(one)),
    rebuilds: rebuildChooser(seed.rebuild, input.catalog),
    rebuilt: new Set(),
    requireReplaceable: once(() => requireReplaceable(registry, facts)),
    last: once((image: string, whose?: 'trusted') =>
      readLast(registry, whose === 'trusted' ? { repository, scope: undefined } : facts, image),
    ),
    sources: new Map(),
    underWay: new Map(),
    results: resultStore(workspaceRoot, facts.id),
    builders: new Semaphore(seed.parallel),
  };
}

async function openLocal(cacheDirectory: string, signal: AbortSignal): Promise<Repository> {
  const { host } = await ensureLocalRegistry({ directory: join(cacheDirectory, 'registry'), signal });
  return { registry: host, path: LOCAL_PATH };
}
