import { isResultError, version } from './is-result';
import type { RunResult } from './run-result';
import { boolean, fields, list, number, optional, text } from './value-check';

/** `RunResult` without zod: see `is-result.ts`. */
export const isRunResult = fields<RunResult>({
  version,
  run: text,
  started: text,
  ended: optional(text),
  asked: optional(
    fields<NonNullable<RunResult['asked']>>({ command: text, targets: list(text), projects: list(text) }),
  ),
  repository: optional(text),
  commit: optional(text),
  publish: optional(boolean),
  scope: optional(text),
  machine: fields<RunResult['machine']>({ platform: text, cpus: number, memory: number }),
  parallel: number,
  errors: list(isResultError),
});
