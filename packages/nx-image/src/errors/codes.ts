/**
 * Every error that a user can cause, and what it means. Codes are stable: scripts match on them.
 * A code is named by what is wrong, not by who noticed.
 */
export const ERROR_CODES = {
  // config
  CONFIG_INVALID: 'a build-config.yaml is not what the schema allows',
  CONFIG_SYNTAX: 'a build-config.yaml is not YAML that we read',
  CONFIG_TOO_LARGE: 'a build-config.yaml is larger than any real one',
  CONFIG_UNSUPPORTED: 'a build-config.yaml asks for something known but not yet supported',
  CONFIG_MISSING: 'a project has a target of hephy and no build-config.yaml',
  CONFIG_MISNAMED: 'a configuration file has a name that is not read',
  CONFIG_UNWRITABLE: 'a build-config.yaml cannot be edited',
  WEEKLY_LIST_INVALID: 'rebuild-weekly.txt names what is no image',
  OPTIONS_INVALID: 'the options of the plugin or of an executor are wrong',
  // graph
  IMAGE_NAME_INVALID: 'a directory name makes no image name',
  IMAGE_NAME_TAKEN: 'two images have one name',
  TAG_COLLISION: 'two images claim one tag',
  TAG_RESERVED: 'a tag begins as those of hephy itself do',
  TAG_TOO_LONG: 'a tag with its suffixes is longer than 128 characters',
  // Dockerfile
  DOCKERFILE_MISSING: 'there is no Dockerfile where one should be',
  DOCKERFILE_INVALID: 'a Dockerfile cannot be understood',
  DOCKERFILE_REFUSED: 'a builder would get this Dockerfile wrong without saying so',
  DOCKERFILE_TARGET_MISSING: 'the target stage is not in the Dockerfile',
  // facts of the run
  REGISTRY_NOT_CONFIGURED: 'in CI no registry is configured',
  REGISTRY_INVALID: 'the configured registry is no repository path',
  PUBLISH_DIRTY: 'publishing from a changed tree',
  PUBLISH_NO_COMMIT: 'publishing from a tree without a commit',
  PUBLISH_NOT_ALLOWED: 'tags are to move, and nobody said that they may',
  // pipelines
  PLAN_INVALID: 'what is to be the plan of a pipeline is none',
  PLAN_FOREIGN: 'the plan of a pipeline is of another commit than the checkout',
  JOB_MISSING: 'no job of the pipeline has built what is to be published',
  JOB_LOST: 'a build job ended before its builder did',
  JOB_OUTPUT_INVALID: 'what a build job left cannot be read',
  JOB_DOCKERFILE_WRONG: 'a build job built another Dockerfile than was planned',
  PIPELINE_TOO_LARGE: 'a pipeline is larger than the CI system takes',
  WORKFLOW_OUTDATED: 'the workflow was written for images that stood less deep on each other',
  WORKFLOW_NOT_OURS: 'a workflow of that name is there, and is not as hephy wrote it',
  // what changed
  CHANGES_UNKNOWN: 'nothing says what the commit is to be compared with',
  HISTORY_MISSING: 'a commit to compare with is not here and cannot be fetched',
  AFFECTED_FAILED: 'nx does not say what is affected',
  // source
  UPSTREAM_URL_INVALID: 'an upstream address that git may not be given',
  UPSTREAM_REF_MISSING: 'a ref that the upstream repository does not have',
  UPSTREAM_TAG_MOVED: 'a tag of the upstream names another commit than the one that was built',
  UPSTREAM_UNREACHABLE: 'the upstream repository does not answer',
  SUBMODULE_INVALID: 'a submodule is declared in a way that is not followed',
  SUBMODULE_UNAVAILABLE: 'the pinned commit of a submodule cannot be fetched',
  SUBMODULE_MISSING: 'a submodule of this repository is not checked out',
  CONTEXT_MISSING: 'the context directory is not there',
  CONTEXT_ESCAPES: 'a path leads out of the context',
  CONTEXT_CHANGED: 'files changed while they were copied',
  CONTEXT_UNREADABLE: 'a file of the context cannot be read',
  CONTEXT_UNSUPPORTED: 'the context holds what no image can',
  CONTEXT_LFS_POINTERS: 'the context holds Git LFS pointers in place of files',
  CONTEXT_IGNORE_INVALID: 'an ignore file has a pattern that is none',
  CHECKOUT_UNREADABLE: 'git cannot read the checkout',
  // tools
  BUILDER_MISSING: 'the builder is not on this machine',
  BUILDER_OUTDATED: 'the builder is a version that is no longer maintained',
  RUNTIME_UNAVAILABLE: 'the builder cannot be run here',
  TOOL_MISSING: 'a tool is not on this machine',
  TOOL_UNUSABLE: 'a tool is on this machine and cannot be started',
  EMULATION_MISSING: 'a RUN is for an architecture that this machine does not run',
  // registry
  REGISTRY_UNREACHABLE: 'the registry does not answer',
  REGISTRY_DENIED: 'the registry refuses the credentials, or has none',
  REGISTRY_ERROR: 'the registry answered with an error',
  TAG_IMMUTABLE: 'a tag has to be replaced, and the registry lets none be',
  VERSION_MISSING: 'a version that tags are to be put to is not in the registry',
  REGISTRY_LOCAL_FAILED: 'the local registry does not start',
  PROXY_INVALID: 'a proxy variable names no proxy that can be used',
  CERTIFICATES_UNREADABLE: 'a file of certificate authorities cannot be read',
  CREDENTIALS_FAILED: 'the credentials of a registry cannot be read',
  // downloads
  DOWNLOAD_FAILED: 'a file that ADD --checksum names cannot be fetched',
  DOWNLOAD_WRONG: 'a file that ADD --checksum names is another than its sum says',
  // bases
  BASE_NOT_FOUND: 'a base image is not in its registry',
  BASE_PLATFORM_MISSING: 'a base image has no child for the platform',
  BASE_PLATFORM_WRONG: 'a base image is of another platform than it says',
  PARENT_NOT_BUILT: 'the image that this one is FROM was not built in this run',
  // build
  BUILD_FAILED: 'the build failed',
  BUILD_RUN_FAILED: 'a RUN instruction failed',
  BUILD_TIMED_OUT: 'the build took longer than its timeout',
  BUILD_CANCELLED: 'the build was stopped',
  BUILD_PUSH_REFUSED: 'the registry refused the push',
  BUILD_DISK_FULL: 'no space was left for the build',
  BUILD_EXEC_FORMAT: 'a RUN instruction needs emulation that is not there',
  // checks
  IMAGE_PLATFORM_WRONG: 'the image is not of its platform',
  IMAGE_DIGEST_WRONG: 'the registry has another digest than the builder reported',
  IMAGE_INCOMPLETE: 'a blob of the image is not in the registry',
  IMAGE_UNREADABLE: 'a part of the image is not what its media type says',
  INDEX_WRONG: 'the published index is not the planned one',
  VERIFY_FAILED: 'the verify target of an image failed',
  VERIFY_NESTED: 'the verify target of an image runs targets of images',
  RESULT_MISSING: 'a result of an earlier task of this run is not there',
  RESULT_INVALID: 'a result file is not one',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
