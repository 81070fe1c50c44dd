import { z } from 'zod';
import { ResultError } from './result';

/** `dist/hephy/run.json`: what is the whole run's and no image's. Results of other runs may lie beside it. */
export const RunResult = z.object({
  version: z.literal(1),
  run: z.string(),
  /** ISO 8601 UTC: when nx began. */
  started: z.string(),
  /** Missing: it goes on, or was killed. */
  ended: z.string().optional(),
  /** What nx was asked for: `run-many`, `affected`, `run`; its targets, and projects where they were named. */
  asked: z.object({ command: z.string(), targets: z.array(z.string()), projects: z.array(z.string()) }).optional(),
  /** `registry/path`. */
  repository: z.string().optional(),
  /** 40 hex. */
  commit: z.string().optional(),
  /** Whether it moved public tags; otherwise only a merge request's own, or none. */
  publish: z.boolean().optional(),
  /** `mr<n>` of a run that nobody has to trust. */
  scope: z.string().optional(),
  machine: z.object({ platform: z.string(), cpus: z.number(), memory: z.number() }),
  /** Builders at once. */
  parallel: z.number(),
  /** What kept the whole run from beginning: then no image has a result of it. */
  errors: z.array(ResultError),
});
export type RunResult = z.infer<typeof RunResult>;
