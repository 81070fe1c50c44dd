/** A job, and what jobs extend: https://docs.gitlab.com/ci/yaml/ */
export interface GitlabJob {
  readonly extends?: string;
  readonly stage?: string;
  readonly image?: { readonly name: string; readonly entrypoint: readonly string[] };
  readonly tags?: readonly string[];
  readonly when?: 'always' | 'manual';
  readonly allow_failure?: boolean;
  readonly needs?: readonly GitlabNeed[];
  readonly interruptible?: boolean;
  readonly timeout?: string;
  readonly retry?: { readonly max: number; readonly when: readonly string[] };
  readonly resource_group?: string;
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly artifacts?: {
    readonly when?: 'always';
    readonly expire_in?: string;
    readonly paths?: readonly string[];
    readonly reports?: { readonly junit: string };
  };
}

/** A name alone: with its artifacts. */
export type GitlabNeed = string | { readonly job: string; readonly artifacts: false };

export interface NamedJob {
  readonly name: string;
  readonly job: GitlabJob;
}

/** https://docs.gitlab.com/administration/instance_limits/ and https://docs.gitlab.com/ci/yaml/needs/ */
export const MOST_NEEDS = 50;
