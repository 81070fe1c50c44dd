/** What a user of the GitLab pipeline may set: inputs of the component, options of `hephy pipeline gitlab`. Images are references; with a digest where they must not move. */
export interface GitlabSettings {
  /** Kaniko's debug image, the one with a shell. With a digest: the planner asks for it where the user names a tag. */
  readonly kanikoImage: string;
  /** An image with buildah and a shell. */
  readonly buildahImage: string;
  /** A Node image, for jobs that need hephy. */
  readonly hephyImage: string;
  /** Shell lines that install hephy in such a job: the user's own, of the repository that they stand in. */
  readonly install: readonly string[];
  /** Runner tags by architecture (`amd64`, `arm64`): CICD_TAG_AMD64 …, else CICD_TAG; empty: any runner. */
  readonly runnerTags: Readonly<Record<string, readonly string[]>>;
  /** Of jobs that need no architecture: CICD_TAG. */
  readonly plainTags: readonly string[];
  /** For architectures that have no runner: built on another one with emulation, or an error. */
  readonly foreign: 'emulate' | 'refuse';
  /** How a build job logs in to registries. `ecr`: the helper in Kaniko's image; `docker`: DOCKER_AUTH_CONFIG; both where both are. */
  readonly login: 'auto' | 'ecr' | 'docker' | 'none';
  /** ARN; with it jobs get an id token and trade it. */
  readonly awsRole: string | undefined;
  readonly awsRegion: string | undefined;
  /** Audience of the id token. */
  readonly awsAudience: string;
  /** Images a publish job, at most. */
  readonly publishSize: number;
  /** More jobs are an error. */
  readonly maxJobs: number;
  /** Megabytes of YAML, as GitLab counts them: more are an error. */
  readonly maxYamlSize: number;
  /** GitLab's duration of one build job, as `2h`; undefined: the project's. */
  readonly jobTimeout: string | undefined;
  /** Variables of the child pipeline, from the planner's environment, as GitLab does not hand them on: the registry, the mirror, insecure registries. No secrets. */
  readonly variables: Readonly<Record<string, string>>;
}
