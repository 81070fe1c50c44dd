import type { LookedAt, Standing } from './looked-at';

export type Build = Extract<Standing, { kind: 'build' }>;

/** What is known of an image when all were looked at. */
export interface KnownImage extends LookedAt {
  readonly standings: readonly Standing[];
  readonly builds: readonly Build[];
  readonly chosen: boolean;
}
