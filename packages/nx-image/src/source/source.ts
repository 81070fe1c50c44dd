import type { Digest } from '../oci/digest';

/** One entry of a context. Directories are entries only where empty directories count: they do not, as in git. */
export interface ContextEntry {
  /** Relative to the context, `/` separated. */
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'symlink' | 'directory';
  /** sha256 of a file's bytes, `git:<oid>` for a blob of an upstream commit; a symlink's target as it is; '' for a directory. */
  readonly content: string;
}

/** What a builder will see, hashed but not yet copied. */
export interface ContextListing {
  /** Sorted by path, bytewise. */
  readonly entries: readonly ContextEntry[];
  /** Over the entries: the context tree of the input key. */
  readonly digest: Digest;
  /** Bytes of all files. */
  readonly size: number;
  /** Lines that are no errors: a submodule that its upstream does not want. */
  readonly notes?: readonly string[];
}

/** Facts of the checkout, read once a run. */
export interface CheckoutFacts {
  /** 40 hex; undefined outside a repository and before the first commit. */
  readonly commit: string | undefined;
  /** 6 hex over the changes of tracked files and the untracked files in image directories; undefined: clean. */
  readonly dirty: string | undefined;
  /** Some of the changed paths, at most five, for messages. */
  readonly changed: readonly string[];
  /** URL of origin without credentials. */
  readonly origin: string | undefined;
}
