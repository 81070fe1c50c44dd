import { readPipelineEvent } from '../src/ci/pipeline-event';
import type { PipelinePlan, PlannedImage } from '../src/ci/pipeline-plan';
import { formatPlatform } from '../src/oci/platform';
import { planPipeline, type PipelineInput } from '../src/run/pipeline/plan-pipeline';
import { ImageWorkspace } from './image-workspace';
import { PipelineStage } from './pipeline-stage';

export const CREATED = '2026-11-20T10:00:00Z';
export const MAIN = {
  ...{ GITLAB_CI: 'true', CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_PIPELINE_CREATED_AT: CREATED },
  ...{ CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_REF_PROTECTED: 'true' },
};
/** Protected, and not the default one. */
export const RELEASE = { ...MAIN, CI_COMMIT_BRANCH: 'release/1' };
export const MERGE_REQUEST = { ...MAIN, CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '12' };
export const SCHEDULE = { ...MAIN, CI_PIPELINE_SOURCE: 'schedule' };
export const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n';
const FROM_BASE = 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\n';
const FILES = {
  'images/base/build-config.yaml': CONFIG,
  'images/base/Dockerfile': 'FROM scratch\nCOPY a /\n',
  'images/base/a': 'a\n',
  'images/web/build-config.yaml': CONFIG,
  'images/web/Dockerfile': `${FROM_BASE}COPY b /\n`,
  'images/web/b': 'b\n',
  'images/web/.dockerignore': 'docs\n',
  'images/web/docs/c': 'c\n',
  'images/other/build-config.yaml': CONFIG,
  'images/other/Dockerfile': 'FROM scratch\nCOPY d /\n',
  'images/other/d': 'd\n',
};

export type Asked = Partial<PipelineInput> & { readonly affected?: readonly string[] | 'all' };

/** The images `base`, `web` FROM it, and `other`, in a workspace and a repository of their own; plans and whole pipelines of them. */
export function openPlanning(repository: string, files: Readonly<Record<string, string>> = {}) {
  const workspace = new ImageWorkspace({ base: [], web: ['base'], other: [] }, { ...FILES, ...files });
  const opened: { remove(): void }[] = [workspace];
  const plan = async (env: Readonly<Record<string, string>>, asked: Asked = {}): Promise<PipelinePlan> => {
    const context = await workspace.open({ repository, started: CREATED, env });
    const { affected = 'all', ...rest } = asked;
    return planPipeline(context, {
      images: context.catalog.roots.flatMap((root) => context.catalog.images(root)),
      event: readPipelineEvent(env),
      projectOf: (root) => root.slice('images/'.length),
      contextTargetOf: () => undefined,
      parentsOf: () => [],
      resolveBase: () => Promise.resolve({ kind: 'everything', why: 'a test' }),
      findAffected: () => Promise.resolve(affected),
      ...{ mergeRequests: 'push', missing: true, closedPaths: ['/busybox'] },
      ...rest,
    });
  };
  /** A whole pipeline. */
  const publish = async (env: Readonly<Record<string, string>> = MAIN): Promise<void> => {
    const stage = new PipelineStage(workspace, { repository, started: CREATED, env });
    opened.push(stage);
    const planned = await plan(env);
    await stage.build(planned);
    await stage.publish(
      planned,
      planned.images.map(({ image }) => image),
    );
  };
  const remove = (): void => {
    for (const one of opened) one.remove();
  };
  return { workspace, plan, publish, remove };
}

/** What is to be done, in words. */
export function work({ images }: PipelinePlan): Readonly<Record<string, string>> {
  const text = ({ builds, failed, manual }: PlannedImage): string => {
    if (failed !== undefined) return failed.code;
    const platforms = builds.map(({ platform, pending }) => {
      return `${formatPlatform(platform)}${pending.map((base) => ` on ${base.image}`).join('')}`;
    });
    return `${builds.length === 0 ? 'publish' : platforms.join(', ')}${manual ? ', manual' : ''}`;
  };
  return Object.fromEntries(images.map((image) => [image.image, text(image)]));
}

export const BOTH = 'linux/amd64, linux/arm64';
export const ON_BASE = 'linux/amd64 on base, linux/arm64 on base';
