import { z } from 'zod';

const hashes = z.record(z.string(), z.string());
/** A `PlatformDescription` of the plan. */
export const DescribedPlatform = z.object({
  key: z.string(),
  context: z.string(),
  dockerfile: z.string(),
  target: z.string().optional(),
  args: hashes,
  labels: hashes,
  bases: z
    .array(
      z.object({
        name: z.string(),
        index: z.string().optional(),
        child: z.string(),
        identity: z.string().optional(),
      }),
    )
    .readonly(),
  builder: z.string(),
  flags: z.array(z.string()).readonly(),
  epoch: z.string(),
  period: z.string().optional(),
});

/** A `Change` of the plan. */
export const ChangeResult = z.object({
  kind: z.string(),
  how: z.string(),
  name: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  platforms: z.array(z.string()).readonly().optional(),
  more: z.number().optional(),
});
export type ChangeResult = z.infer<typeof ChangeResult>;
