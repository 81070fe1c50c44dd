import { z } from 'zod';
import { explainProblem } from '../report/explain-result';
import { PrepareResult, ResultError } from '../report/result';

const HandedPlanSchema = z.object({
  version: z.literal(1),
  run: z.object({
    id: z.string().regex(/^[0-9a-f]{12}$/),
    started: z.iso.datetime(),
    commit: z.string().regex(/^[0-9a-f]{40}$/),
    publish: z.boolean(),
    scope: z
      .string()
      .regex(/^mr\d+$/)
      .optional(),
    push: z.boolean(),
    machines: z.record(z.string(), z.string().regex(/^[a-z0-9]+$/)).optional(),
    publishes: z.array(z.string()).optional(),
    rebuild: z.union([z.literal('all'), z.array(z.string())]).optional(),
  }),
  prepared: z.array(PrepareResult),
  failed: z.array(z.object({ project: z.string(), image: z.string(), error: ResultError })).optional(),
  given: z.record(z.string(), z.record(z.string(), z.string().regex(/^[0-9a-f]{16}$/))).optional(),
});

/** What is wrong with what `isHandedPlan` does not take, in one line. Loads zod. */
export function explainHandedPlan(value: unknown): string | undefined {
  const checked = HandedPlanSchema.safeParse(value);
  return checked.success ? undefined : explainProblem(checked.error);
}
