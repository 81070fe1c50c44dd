/** One thing that differs between what an image was made of and what it would be made of now. */
export interface Change {
  readonly kind:
    | 'platform'
    | 'upstream'
    | 'dockerfile'
    | 'target'
    | 'context'
    | 'file'
    | 'arg'
    | 'label'
    | 'base'
    | 'builder'
    | 'reproducible'
    | 'flags'
    | 'epoch'
    | 'period';
  /**
   * `content`, `mode`: of a file. `below`: something in the directory. `moved`: the same name names something else. `replaced`: `to` is in the place of `from`.
   * `anew`: an image of this repository was built anew; `pending`: it would be.
   */
  readonly how:
    'changed' | 'added' | 'removed' | 'content' | 'mode' | 'below' | 'moved' | 'replaced' | 'anew' | 'pending';
  /** Of what changed: a path in the context (a directory ends with `/`), an arg, a label, a base in full, as `docker.io/library/alpine:3.22`; missing where there is only one of its kind, or which one is not known. */
  readonly name?: string | undefined;
  /** Values where they may be read; of a digest and a commit the first hex digits. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Of a base: the platforms for which it moved, where they are not all. */
  readonly platforms?: readonly string[] | undefined;
  /** How many more of its kind there are, which are not named. */
  readonly more?: number | undefined;
}

/** Why an image was built for a platform, or would be; or why not. */
export type Reason =
  /** `since`: the version that has it; undefined: the registry has it, and the last version has another. */
  | { readonly kind: 'reuse'; readonly since?: string | undefined }
  /** Never empty. */
  | { readonly kind: 'changed'; readonly changes: readonly Change[] }
  /** No run has published the image. */
  | { readonly kind: 'first' }
  /** Made of the same as the last version, whose image the registry no longer answers with. */
  | { readonly kind: 'gone' }
  /** `option`: by `--rebuild`; `config`: by `reuse: false`. */
  | { readonly kind: 'rebuild'; readonly by: 'option' | 'config' }
  /** `why`: part of a sentence. */
  | { readonly kind: 'unknown'; readonly why: string };
