import { prettifyError, type ZodError } from 'zod';
import { BuildResult, ImageResult, ManifestResult, PrepareResult } from './result';
import { RunResult } from './run-result';

const SCHEMAS = {
  prepare: PrepareResult,
  build: BuildResult,
  manifest: ManifestResult,
  image: ImageResult,
  run: RunResult,
} as const;

export type ResultKind = keyof typeof SCHEMAS;

/** What the schema of a kind of results finds wrong, in one line; undefined: nothing. */
export function explainResult(kind: ResultKind, value: unknown): string | undefined {
  const checked = SCHEMAS[kind].safeParse(value);
  return checked.success ? undefined : explainProblem(checked.error);
}

/** In one line. */
export function explainProblem(error: ZodError): string {
  return prettifyError(error)
    .replace(/^✖ /gm, '; ')
    .replace(/\s*\n\s*→ /g, ' ')
    .replace(/\n/g, '')
    .replace(/^; /, '');
}
