/** What `hephy rollback` did, or would do; printed by `--json`. */
export interface Rollback {
  readonly version: 1;
  readonly dryRun: boolean;
  readonly image: string;
  /** `registry/path`. */
  readonly repository: string;
  /** What the moving tags are put to: the version tag, its digest, and when the run began that made it, where it says so. */
  readonly to: { readonly version: string; readonly digest: string; readonly created?: string };
  /** Platforms of the config, or of the newest version, that it does not have. */
  readonly missing: readonly string[];
  /** The newest version, which they would follow. */
  readonly newest?: string;
  readonly tags: readonly MovedTag[];
  /** The file that holds the version, relative to the workspace root: to be committed. */
  readonly file: string;
  /** Whether it was changed, or would be; false: it had the line already. */
  readonly edited: boolean;
  /** Images that are FROM this one, directly or not. */
  readonly dependents: readonly Dependent[];
}

export interface MovedTag {
  readonly tag: string;
  /** The version that it named before, or the digest of what has none. */
  readonly from?: string;
  /** False: it was there already. */
  readonly moved: boolean;
}

export interface Dependent {
  readonly image: string;
  /** The version that a run published last; missing: none. */
  readonly version?: string;
  /** `there`: on what was gone back to; `newer`: on the newest version; `other`: on another one; `through`: only through other images; `not known`: its index does not say. */
  readonly standsOn: 'there' | 'newer' | 'other' | 'through' | 'not known';
}
