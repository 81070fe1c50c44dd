import type { Progress } from '../builders/builder';
import { nameLoopback } from '../builders/loopback';
import { certificateFile } from '../process/certificate-authorities';
import type { ChosenRuntime } from '../tools/runtime';
import { BuildLog } from './build-log';
import { BuilderPatience, isWork } from './builder-patience';
import type { BuilderRun, BuilderRunEnd } from './builder-run';
import { runInvocations } from './run-invocations';
import { availableMemory } from './runtime/available-memory';
import { placeInBubblewrap } from './runtime/bubblewrap';
import type { BuilderPlace } from './runtime/builder-place';
import { placeInContainer } from './runtime/container';
import { placeDirectly } from './runtime/direct';
import { placeOnMachine } from './runtime/on-machine';
import { makePrivateDirectory } from './runtime/private-directory';
import { removePlace } from './runtime/remove-place';

type Root = { readonly kind: 'tmpfs'; readonly size?: number } | { readonly kind: 'directory' };

/** Below that, memory is for what runs. */
const AMPLE = 6 * 2 ** 30;

/** Builds and pushes one platform of one image, in a directory that is gone afterwards. Rejects for what is no outcome of a build: a missing tool, a full work directory. */
export async function runBuilder(asked: BuilderRun): Promise<BuilderRunEnd> {
  const run = seenByBuilder(asked);
  const log = new BuildLog(run.logFile, run.secrets);
  const deadline = run.timeout === undefined ? undefined : performance.now() + run.timeout;
  try {
    const root = await chooseRoot(run.runtime);
    let outcome = await buildPatiently(run, root, log, deadline);
    if (root.kind === 'tmpfs' && outcome.kind === 'failed' && outcome.code === 'BUILD_DISK_FULL') {
      log.write('hephy: the build did not fit into memory; once more, on disk');
      outcome = await buildPatiently(run, { kind: 'directory' }, log, deadline);
    }
    return { outcome, lines: log.lines() };
  } finally {
    log.close();
  }
}

/** A root in memory is several times faster. Each build may take a quarter of what is left, so that builds side by side never take all. */
async function chooseRoot(runtime: ChosenRuntime | undefined): Promise<Root> {
  if (runtime?.kind !== 'bubblewrap') return { kind: 'directory' };
  const available = (await availableMemory()) ?? 0;
  if (available < AMPLE) return { kind: 'directory' };
  return { kind: 'tmpfs', ...(runtime.bubblewrap.sizesTmpfs ? { size: Math.floor(available / 4) } : {}) };
}

/** A registry in trouble before anything was built costs a moment, not the build. Kaniko's own image is used up by one build. */
async function buildPatiently(
  run: BuilderRun,
  root: Root,
  log: BuildLog,
  deadline: number | undefined,
): Promise<BuilderRunEnd['outcome']> {
  const patience = new BuilderPatience(run, log);
  for (;;) {
    const begun: Progress[] = [];
    const onProgress = (progress: Progress): void => {
      if (isWork(progress)) begun.push(progress);
      run.onProgress(progress);
    };
    const outcome = await buildOnce({ ...run, onProgress }, root, log, deadline);
    if (outcome.kind !== 'failed' || begun.length > 0 || run.runtime?.kind === 'direct') return outcome;
    if (!(await patience.allows(outcome))) return run.signal.aborted ? { kind: 'cancelled' } : outcome;
  }
}

async function buildOnce(
  run: BuilderRun,
  root: Root,
  log: BuildLog,
  deadline: number | undefined,
): Promise<BuilderRunEnd['outcome']> {
  const directory = await makePrivateDirectory(run.workDirectory);
  let place: BuilderPlace | undefined;
  try {
    // Whatever runs the builder: one file of all that we trust, in the variable that Go's programs know.
    const certificates = await certificateFile(run.env, directory);
    const env = certificates === undefined ? run.env : { ...run.env, SSL_CERT_FILE: certificates };
    place = await makePlace({ ...run, env }, root, directory);
    return await runInvocations(run, place, log, deadline);
  } finally {
    const removal = place && run.builder.removal?.(place.paths);
    await removePlace(directory, removal && (async () => place?.run(removal, {}))).catch((error: unknown) => {
      // What came of the build is what counts; the next run sweeps the directory once this process has ended.
      log.write(`hephy: ${directory} cannot be removed now: ${(error as Error).message}`);
    });
  }
}

async function makePlace(run: BuilderRun, root: Root, directory: string): Promise<BuilderPlace> {
  const { runtime } = run;
  if (!run.builder.needsOwnRoot) return placeOnMachine({ ...run, directory });
  switch (runtime?.kind) {
    case 'bubblewrap':
      return placeInBubblewrap({ ...run, bubblewrap: runtime.bubblewrap.tool, directory, root });
    case 'container':
      return placeInContainer({ ...run, ...runtime, directory });
    case 'direct':
      return placeDirectly({ ...run, directory });
    case undefined:
      throw new Error(`${run.builder.name} needs a runtime`);
  }
}

/** As the builder sees the registries: from a virtual machine this machine's loopback has another name. */
function seenByBuilder(run: BuilderRun): BuilderRun {
  if (run.runtime?.kind !== 'container' || run.runtime.engine.loopback.kind === 'host') return run;
  return { ...run, ...nameLoopback(run, run.runtime.engine.loopback.host) };
}
