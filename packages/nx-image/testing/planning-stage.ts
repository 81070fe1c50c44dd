import type { PipelinePlan, PlannedImage } from '../src/ci/pipeline-plan';
import { formatPlatform } from '../src/oci/platform';
import { CREATED, MAIN } from './gitlab-variables';
import { ImageWorkspace } from './image-workspace';
import { PipelineStage } from './pipeline-stage';
import { planWorkspace, type Asked } from './plan-workspace';
import { serveRegistry, type ServedRegistry } from './serve-registry';
import { CONFIG, threeImages } from './three-images';

type Env = Readonly<Record<string, string>>;
type Files = Readonly<Record<string, string>>;

/** The directory of `web` has files that are not in its context. */
const FILES = { ...threeImages(CONFIG), 'images/web/.dockerignore': 'docs\n', 'images/web/docs/page': 'page\n' };

export interface Planning {
  readonly workspace: ImageWorkspace;
  readonly plan: (env: Env, asked?: Asked) => Promise<PipelinePlan>;
  /** A whole pipeline. */
  readonly publish: (env?: Env) => Promise<void>;
  remove(): void;
}

/** The images `base`, `web` FROM it, and `other`, in a workspace and a repository of their own; plans and whole pipelines of them. */
export function openPlanning(repository: string, files: Files = {}): Planning {
  const workspace = new ImageWorkspace({ base: [], web: ['base'], other: [] }, { ...FILES, ...files });
  const opened: { remove(): void }[] = [workspace];
  return {
    workspace,
    plan: (env, asked) => planWorkspace(workspace, { repository, started: CREATED, env }, asked),
    publish: async (env = MAIN) => {
      const stage = new PipelineStage(workspace, { repository, started: CREATED, env });
      opened.push(stage);
      const planned = await stage.plan();
      await stage.build(planned);
      await stage.publish(
        planned,
        planned.images.map(({ image }) => image),
      );
    },
    remove: () => {
      for (const one of opened) one.remove();
    },
  };
}

export interface ServedPlanning extends ServedRegistry {
  /** In a repository of its own, until the tests are over. */
  readonly open: (files?: Files) => Planning;
}

/** For all tests of a file. */
export function servePlanning(): ServedPlanning {
  const registry = serveRegistry();
  let count = 0;
  return {
    ...registry,
    open: (files) => registry.keep(openPlanning(`${registry.proxy().host}/team/planned${++count}`, files)),
  };
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
