import { readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import type { BuilderEnd, BuildOutcome, Invocation } from '../builders/builder';
import { HephyError } from '../errors/hephy-error';
import type { ProcessEnd } from '../process/process';
import { isBeingStopped } from '../process/stop-signals';
import { quoteWord } from '../report/quote-word';
import type { Tool } from '../tools/tool';
import type { BuildLog } from './build-log';
import { BuilderPatience } from './builder-patience';
import type { BuilderRun, BuilderRunEnd } from './builder-run';
import type { BuilderPlace } from './runtime/builder-place';

/** One after the other, until one fails. One that may be run again is, where a registry was in trouble. */
export async function runInvocations(
  run: BuilderRun,
  place: BuilderPlace,
  log: BuildLog,
  deadline: number | undefined,
): Promise<BuilderRunEnd['outcome']> {
  // Builders write it before they push: one that is there says nothing yet.
  await writeFile(place.digestFile, '', { mode: 0o600 });
  const patience = new BuilderPatience(run, log);
  let doing: string | undefined;
  const onLine = (line: string): void => {
    const clean = log.write(line);
    const phase = run.builder.readPhase(clean);
    if (phase !== undefined) run.onPhase?.(phase);
    const progress = run.builder.readProgress(clean);
    if (progress === undefined) return;
    doing = progress.what;
    run.onProgress(progress);
  };
  const readOutcome = async (exitCode: number): Promise<BuildOutcome> => {
    const end: BuilderEnd = { exitCode, lines: log.lines(), digestFile: await readDigestFile(place.digestFile) };
    return run.builder.readOutcome(doing === undefined ? end : { ...end, doing });
  };
  /** undefined: it went well. */
  const runToEnd = async (invocation: Invocation): Promise<BuilderRunEnd['outcome'] | undefined> => {
    log.write(`$ ${[invocation.name, ...invocation.arguments].map(quoteWord).join(' ')}`);
    run.onPhase?.(invocation.phase ?? 'build');
    const left = deadline === undefined ? undefined : Math.max(1, Math.ceil(deadline - performance.now()));
    const end = await place.run(invocation, {
      onLine,
      signal: run.signal,
      ...(left === undefined ? {} : { timeout: left }),
    });
    if (end.kind === 'cancelled') return end;
    if (end.kind === 'timed out') return { kind: 'timed out', after: run.timeout ?? end.after };
    const exitCode = exitCodeOf(end, run.tool);
    if (exitCode === 0) return undefined;
    // A RUN that was stopped is, to its builder, one that failed.
    if (await isBeingStopped(run.signal)) return { kind: 'cancelled' };
    const outcome = await readOutcome(exitCode);
    if (invocation.repeatable !== true) return outcome;
    if (await patience.allows(outcome)) return runToEnd(invocation);
    return isStopped(run.signal) ? { kind: 'cancelled' } : outcome;
  };

  for (const invocation of run.builder.invocations({ ...run.step, paths: place.paths })) {
    const outcome = await runToEnd(invocation);
    if (outcome !== undefined) return outcome;
  }
  return run.step.push === false ? { kind: 'built' } : readOutcome(0);
}

function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
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
