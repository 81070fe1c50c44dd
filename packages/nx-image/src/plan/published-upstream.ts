import type { Upstream } from '../config/build-config';
import { refNames } from '../config/ref-names';
import { UPSTREAM_ANNOTATION, UPSTREAM_REF_ANNOTATION } from './plan-index';

/** The upstream that an index was made from, as it says. */
export interface PublishedUpstream {
  readonly repo: string;
  /** 40 hex. */
  readonly commit: string;
  /** The ref in full that named the commit, as `refs/tags/v1.25.3`; undefined where the config had the commit. */
  readonly ref: string | undefined;
}

/** Others may have written it: undefined for what is no upstream. */
export function readPublishedUpstream(
  annotations: Readonly<Record<string, unknown>> | undefined,
): PublishedUpstream | undefined {
  const text = annotations?.[UPSTREAM_ANNOTATION];
  const ref = annotations?.[UPSTREAM_REF_ANNOTATION];
  const [, repo, commit] = typeof text === 'string' ? (/^(.+)@([0-9a-f]{40})$/s.exec(text) ?? []) : [];
  if (repo === undefined || commit === undefined) return undefined;
  return { repo, commit, ref: typeof ref === 'string' ? ref : undefined };
}

export interface MovedTag {
  /** `refs/tags/v1.25.3` */
  readonly ref: string;
  readonly from: string;
  readonly to: string;
}

/** Whether the config still wants what was published: the same repository, and a ref that can mean the one published. Else somebody has changed the config. */
export function isSameRef(published: PublishedUpstream, { repo, ref }: Upstream): boolean {
  return published.repo === repo && published.ref !== undefined && refNames(ref).includes(published.ref);
}

/**
 * The tag that named another commit when it was published. undefined: nothing of the kind is known. Branches move by nature.
 * @param commit that the config's ref names now
 */
export function findMovedTag(
  published: PublishedUpstream | undefined,
  upstream: Upstream,
  commit: string,
): MovedTag | undefined {
  if (published?.ref?.startsWith('refs/tags/') !== true || published.commit === commit) return undefined;
  return isSameRef(published, upstream) ? { ref: published.ref, from: published.commit, to: commit } : undefined;
}
