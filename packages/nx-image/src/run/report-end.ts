import { recordEnd, type RunEnd } from './run-record';
import type { RunSeed } from './run-seed';
import { writeReports } from './write-reports';

/** Writes down how the run ended, and its reports; nothing where it did nothing of ours. @throws what keeps a file from being written */
export function reportEnd(
  workspaceRoot: string,
  seed: RunSeed,
  end: RunEnd,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const record = recordEnd(workspaceRoot, seed, end);
  if (record !== undefined) writeReports(workspaceRoot, record, env);
}
