import type { GitlabSettings } from '../src/ci/gitlab-settings';
import type { PipelinePlan, PlannedBuild, PlannedImage } from '../src/ci/pipeline-plan';
import type { Platform } from '../src/oci/platform';

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
export const ARM64: Platform = { os: 'linux', architecture: 'arm64' };
export const REPOSITORY = 'registry.example.com/team/images';

/** A planned pipeline, as the planner makes it, of what a test says. */
export function pipelineOf(images: readonly PlannedImage[], changes: Partial<PipelinePlan> = {}): PipelinePlan {
  return {
    handed: {
      version: 1,
      run: {
        id: '0123456789ab',
        started: '2026-11-22T10:00:00.000Z',
        commit: 'c'.repeat(40),
        publish: true,
        push: true,
      },
      prepared: [],
    },
    repository: REPOSITORY,
    why: 'compared with HEAD~1',
    images,
    ...{ upToDate: 0, broken: 0, byHand: 0 },
    notes: [],
    ...changes,
  };
}

export function plannedImage(image: string, changes: Partial<PlannedImage> = {}): PlannedImage {
  return {
    image,
    project: image,
    root: `projects/${image}`,
    manual: false,
    parents: [],
    lineage: [image],
    context: { kind: 'checkout', directory: `projects/${image}`, remove: [], fingerprint: '0'.repeat(64) },
    builds: [plannedBuild()],
    failed: undefined,
    ...changes,
  };
}

export function plannedBuild(
  platform = AMD64,
  { step, ...changes }: Partial<Omit<PlannedBuild, 'step'>> & { readonly step?: Partial<PlannedBuild['step']> } = {},
): PlannedBuild {
  return {
    platform,
    builder: 'kaniko',
    step: {
      platform,
      destination: `${REPOSITORY}:push-0123456789ab-${platform.architecture}`,
      buildArgs: [],
      labels: {},
      reproducible: false,
      insecure: [],
      ...step,
    },
    dockerfile: `FROM registry.example.com/base@sha256:${'1'.repeat(64)}\n`,
    pending: [],
    timeout: undefined,
    runs: true,
    ...changes,
  };
}

export const SETTINGS: GitlabSettings = {
  kanikoImage: `registry.example.com/kaniko@sha256:${'2'.repeat(64)}`,
  buildahImage: `registry.example.com/buildah@sha256:${'3'.repeat(64)}`,
  hephyImage: 'registry.example.com/node:20',
  install: ['npm ci'],
  runnerTags: { amd64: ['linux-amd64'], arm64: ['linux-arm64'] },
  plainTags: ['linux'],
  foreign: 'refuse',
  login: 'auto',
  awsRole: undefined,
  awsRegion: undefined,
  awsAudience: 'sts.amazonaws.com',
  publishSize: 20,
  maxJobs: 1000,
  maxYamlSize: 2,
  jobTimeout: undefined,
  variables: {},
};
