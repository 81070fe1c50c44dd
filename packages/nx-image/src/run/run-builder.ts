import { readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Builder, BuilderEnd, BuildOutcome, BuildStep, Progress } from '../builders/builder';
import { HephyError } from '../errors/hephy-error';
import { nameLoopback } from '../builders/loopback';
import { quoteWord } from '../report/quote-word';
import { certificateFile } from '../process/certificate-authorities';
import type { ProcessEnd, RunProcess } from '../process/process';
import { isBeingStopped } from '../process/stop-signals';
import type { ChosenRuntime } from '../tools/runtime';
import type { Tool } from '../tools/tool';
import { BuildLog } from './build-log';
import { availableMemory } from './runtime/available-memory';
import { placeInBubblewrap } from './runtime/bubblewrap';
import type { BuilderPlace } from './runtime/builder-place';
import { placeInContainer } from './runtime/container';
import { placeDirectly } from './runtime/direct';
import { placeOnMachine } from './runtime/on-machine';
import { makePrivateDirectory } from './runtime/private-directory';
import { removePlace } from './runtime/remove-place';

export interface BuilderRun {
  readonly builder: Builder;
  readonly tool: Tool;
  /** Needed by builders that need a root of their own. */
  readonly runtime: ChosenRuntime | undefined;
  readonly step: Omit<BuildStep, 'paths'>;
  /** The materialised context. */
  readonly context: string;
  /** Whether a RUN may write into a bind mount of the context. */
  readonly writesContext: boolean;
  /** The pinned text. */
  readonly dockerfile: string;
  /** In the format of docker's config.json, with `auths` only; undefined: anonymous. */
  readonly dockerConfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for all of it. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
  readonly logFile: string;
  /** What must not be in the log. */
  readonly secrets: readonly string[];
  /** Where the build's private directory is made; it is on a disk with room. */
  readonly workDirectory: string;
  readonly runProcess: RunProcess;
  readonly onProgress: (progress: Progress) => void;
}

export interface BuilderRunEnd {
  readonly outcome:
    BuildOutcome | { readonly kind: 'cancelled' } | { readonly kind: 'timed out'; readonly after: number };
  /** The last lines of the log, at most 200. */
  readonly lines: readonly string[];
}

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
    let outcome = await buildOnce(run, root, log, deadline);
    if (root.kind === 'tmpfs' && outcome.kind === 'failed' && outcome.code === 'BUILD_DISK_FULL') {
      log.write('hephy: the build did not fit into memory; once more, on disk');
      outcome = await buildOnce(run, { kind: 'directory' }, log, deadline);
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
    await removePlace(directory, removal && (async () => place?.run(removal, {})));
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

async function runInvocations(
  run: BuilderRun,
  place: BuilderPlace,
  log: BuildLog,
  deadline: number | undefined,
): Promise<BuilderRunEnd['outcome']> {
  // Builders write it before they push: one that is there says nothing yet.
  await writeFile(place.digestFile, '', { mode: 0o600 });
  let doing: string | undefined;
  const onLine = (line: string): void => {
    const progress = run.builder.readProgress(log.write(line));
    if (progress === undefined) return;
    doing = progress.what;
    run.onProgress(progress);
  };
  let exitCode = 0;
  for (const invocation of run.builder.invocations({ ...run.step, paths: place.paths })) {
    log.write(`$ ${[invocation.name, ...invocation.arguments].map(quoteWord).join(' ')}`);
    const left = deadline === undefined ? undefined : Math.max(1, Math.ceil(deadline - performance.now()));
    const end = await place.run(invocation, {
      onLine,
      signal: run.signal,
      ...(left === undefined ? {} : { timeout: left }),
    });
    if (end.kind === 'cancelled') return end;
    if (end.kind === 'timed out') return { kind: 'timed out', after: run.timeout ?? end.after };
    exitCode = exitCodeOf(end, run.tool);
    if (exitCode === 0) continue;
    // A RUN that was stopped is, to its builder, one that failed.
    if (await isBeingStopped(run.signal)) return { kind: 'cancelled' };
    break;
  }
  const end: BuilderEnd = { exitCode, lines: log.lines(), digestFile: await readDigestFile(place.digestFile) };
  return run.builder.readOutcome(doing === undefined ? end : { ...end, doing });
}

/** A signal as shells have it: 128 and its number. */
function exitCodeOf(end: Extract<ProcessEnd, { kind: 'exited' | 'signalled' | 'absent' }>, tool: Tool): number {
  if (end.kind === 'exited') return end.exitCode;
  if (end.kind === 'signalled') return 128 + constants.signals[end.signal as NodeJS.Signals];
  throw new HephyError('TOOL_MISSING', `${end.file} is not there any more`, {
    hint: `It is needed to run ${tool.path}: install it again.`,
  });
}

async function readDigestFile(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return text === '' ? undefined : text;
}
