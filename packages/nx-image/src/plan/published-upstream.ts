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

/**
 * The tag that names another commit than the one that was published. undefined: nothing of the kind is known. Branches move by nature, and a config that names another ref, or
 * another repository, than what was published wants another commit.
 * @param now the ref in full and its commit, as the upstream has them
 */
export function findMovedTag(
  published: PublishedUpstream | undefined,
  repo: string,
  now: { readonly name: string | undefined; readonly commit: string },
): MovedTag | undefined {
  const { name, commit } = now;
  if (name?.startsWith('refs/tags/') !== true || published === undefined) return undefined;
  if (published.repo !== repo || published.ref !== name || published.commit === commit) return undefined;
  return { ref: name, from: published.commit, to: commit };
}
