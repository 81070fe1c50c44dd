import type { FaultProxy } from './fault-proxy';
import { CREATED } from './gitlab-variables';
import { ImageWorkspace } from './image-workspace';
import { PipelineStage, type Published } from './pipeline-stage';
import { serveRegistry } from './serve-registry';
import { CONFIG, threeImages } from './three-images';

/** `web` is FROM `base`, `other` stands alone. */
export const FILES = threeImages(CONFIG);
const PARENTS: Parents = { base: [], web: ['base'], other: [] };

type Env = Readonly<Record<string, string>>;
type Parents = Readonly<Record<string, readonly string[]>>;

export interface ServedPipeline {
  readonly workspace: ImageWorkspace;
  readonly stage: PipelineStage;
  /** A later one of the same workspace. */
  readonly pipeline: (change?: Env) => PipelineStage;
  /** `host:port/path` of the registry itself. */
  readonly repository: string;
  /** All tags but the attempts of builders. */
  readonly tags: () => Promise<readonly string[]>;
}

export interface ServedPipelines {
  /** @param parents what nx knows of them */
  readonly open: (env: Env, files?: Readonly<Record<string, string>>, parents?: Parents) => ServedPipeline;
  /** Every pipeline speaks to the registry through it. */
  readonly proxy: () => FaultProxy;
}

/** A registry for all tests of a file, and workspaces with a repository of it each. */
export function servePipelines(): ServedPipelines {
  const { host, proxy, keep } = serveRegistry();
  let count = 0;
  return {
    proxy,
    open: (env, files = {}, parents = PARENTS) => {
      const path = `team/images${++count}`;
      const workspace = keep(new ImageWorkspace(parents, { ...FILES, ...files }));
      const pipeline = (change: Env = {}): PipelineStage => {
        const repository = `${proxy().host}/${path}`;
        const started = change.CI_PIPELINE_CREATED_AT ?? CREATED;
        return keep(new PipelineStage(workspace, { repository, started, env: { ...env, ...change } }));
      };
      const tags = () => tagsIn(host(), path);
      return { workspace, pipeline, stage: pipeline(), repository: `${host()}/${path}`, tags };
    },
  };
}

async function tagsIn(host: string, path: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${host}/v2/${path}/tags/list`);
  const { tags } = (await answer.json()) as { readonly tags?: readonly string[] | null };
  return (tags ?? []).filter((tag) => !/^(?:mr\d+-)?push-/.test(tag)).sort();
}

/** How each step ended, as `web linux/amd64 built`, and of an index `web built`. */
export function endsOf({ results }: Published): readonly string[] {
  return results.flatMap(({ image, builds, manifest }) => [
    ...builds.map(({ platform, outcome, error }) => [image, platform, outcome, error?.code ?? ''].join(' ').trim()),
    ...(manifest === undefined ? [] : [`${image} ${manifest.outcome}`]),
  ]);
}

/** `endsOf` an image that was built as a whole. */
export function allBuilt(image: string): readonly string[] {
  return ['linux/amd64 built', 'linux/arm64 built', 'built'].map((end) => `${image} ${end}`);
}

export function buildOf({ results }: Published, image: string, platform = 'linux/amd64') {
  const build = results.find((one) => one.image === image)?.builds.find((one) => one.platform === platform);
  if (build === undefined) throw new Error(`no build of ${image}`);
  return build;
}

/** Version, one for each platform, `latest` and `last`: of an image that was published there are five. */
export function publicTags(image: string, tags: readonly string[]): readonly string[] {
  return tags.filter(
    (tag) => tag.startsWith(`${image}-20261120`) || tag === `${image}-latest` || tag === `last-${image}`,
  );
}
