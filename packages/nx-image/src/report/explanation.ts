import type { Reason } from '../plan/reason';
import type { ResultError } from './result';

/** What a run would do for a platform, and why. */
export type PlatformExplanation =
  | { readonly platform: string; readonly would: 'build' | 'reuse'; readonly reason: Reason }
  /** It could not be found out, or a run would fail there. */
  | { readonly platform: string; readonly error: ResultError };

export interface ImageExplanation {
  readonly image: string;
  readonly root: string;
  /** In the config's order; empty where there is an error. */
  readonly platforms: readonly PlatformExplanation[];
  /** Of what all platforms have in common. */
  readonly error?: ResultError;
}

export function isExplained({ error, platforms }: ImageExplanation): boolean {
  return error === undefined && platforms.every((platform) => !('error' in platform));
}
