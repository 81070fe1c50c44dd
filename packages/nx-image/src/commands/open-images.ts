import type { HandedPlan } from '../ci/handed-plan';
import { HephyError } from '../errors/hephy-error';
import { withStopSignal } from '../process/stop-signals';
import { nxCacheDirectory } from '../run/nx-cache-directory';
import { openRun } from '../run/open-run';
import type { RunContext } from '../run/run-context';
import type { OnRunEvent } from '../run/run-event';
import { readRunSeed, RUN_VARIABLE } from '../run/run-seed';
import { loadImages, type LoadedImages } from './load-images';

export interface OpenImagesInput {
  /** Of `withImages`, or of a `withStopSignal` around it. */
  readonly signal: AbortSignal;
  /** Notes of retries and fallbacks; nobody hears them where it is missing. */
  readonly onEvent?: OnRunEvent;
  /** Whether the command writes public tags: then what forbids a run to publish is thrown. Otherwise it reads, and that does not matter. */
  readonly publishes?: boolean;
  /** Of the pipeline that the command is a job of; without it, what HEPHY_PLAN names. */
  readonly handed?: HandedPlan;
}

export interface OpenedImages extends LoadedImages {
  /** Of a run of its own, which leaves nothing in the workspace. The local registry is started where it is the one. */
  readonly context: RunContext;
}

/** @throws HephyError of configs, of the registry's configuration, and of publishing */
export async function openImages(input: OpenImagesInput): Promise<OpenedImages> {
  const { env } = process;
  const loaded = await loadImages();
  const { workspace, catalog, options } = loaded;
  const context = await openRun({
    workspaceRoot: workspace.root,
    cacheDirectory: nxCacheDirectory(workspace.root, workspace.nxJson, env),
    ...{ env, options, catalog, signal: input.signal, handed: input.handed },
    seed: readRunSeed({ ...env, [RUN_VARIABLE]: undefined }),
    onEvent: input.onEvent ?? (() => undefined),
    as: input.publishes === true ? 'publisher' : 'reader',
  });
  return { ...loaded, context };
}

/** Does a command's work with everything open, and closes it: see `withCommandSignal`. */
export async function withImages<T>(
  input: Omit<OpenImagesInput, 'signal'>,
  work: (opened: OpenedImages) => Promise<T>,
): Promise<T> {
  return withCommandSignal(async (signal) => work(await openImages({ ...input, signal })));
}

/** A stop signal ends the work as it ends a run, and no request outlives it. */
export async function withCommandSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withStopSignal(async (stop) => {
    const ended = new AbortController();
    try {
      return await work(AbortSignal.any([stop, ended.signal]));
    } finally {
      ended.abort(new HephyError('BUILD_CANCELLED', 'the command has ended'));
    }
  });
}
