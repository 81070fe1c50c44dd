import type { Image } from '../../config/build-config';
import { HephyError } from '../../errors/hephy-error';
import type { Digest } from '../../oci/digest';
import { formatPlatform, type Platform } from '../../oci/platform';
import { scratchTag } from '../../plan/tags';
import type { BuildResult } from '../../report/result';
import { checkImage } from '../checks/check-image';
import { planBuild } from '../plan-build';
import { requirePrepared } from '../require-results';
import type { RunContext } from '../run-context';
import { usedParents } from '../used-parents';
import { isToBuild } from './to-build';

/** A context in which parents are what this pipeline's jobs have built of them. */
export interface OwnContext {
  readonly context: RunContext;
  /** Names of the parents that are others than those that are certified. */
  readonly parents: readonly string[];
}

/**
 * Of two pipelines that build the same inputs side by side the first certifies what it built. What the second has built FROM its own is right all the same, where that passes the
 * checks that the certified one has passed: it may be published as what it is, FROM that.
 */
export class OwnParents {
  private readonly known = new Map<string, Promise<BuildResult | undefined>>();

  constructor(private readonly context: RunContext) {}

  /**
   * For an image whose parents have been looked up. undefined: its parents are what this pipeline's jobs built, or that is not right.
   * @throws HephyError of the registry
   */
  async contextFor(image: Image, platform: Platform): Promise<OwnContext | undefined> {
    const { context } = this;
    const builds = new Map<string, BuildResult>();
    const parents = new Set<string>();
    for (const { parent, platforms } of usedParents(context, image, requirePrepared(context, image), platform)) {
      for (const one of parent.config.platforms.filter((each) => platforms.includes(formatPlatform(each)))) {
        const own = await this.own(parent, one);
        if (own === undefined) continue;
        builds.set(keyOf(parent.name, one), own);
        parents.add(parent.name);
      }
    }
    if (builds.size === 0) return undefined;
    const { results } = context;
    const build = (name: string, one: Platform) => builds.get(keyOf(name, one)) ?? results.build(name, one);
    return { context: { ...context, results: { ...results, build } }, parents: [...parents] };
  }

  private own(parent: Image, platform: Platform): Promise<BuildResult | undefined> {
    const key = keyOf(parent.name, platform);
    const known = this.known.get(key) ?? this.findOwn(parent, platform);
    this.known.set(key, known);
    return known;
  }

  private async findOwn(parent: Image, platform: Platform): Promise<BuildResult | undefined> {
    const { context } = this;
    const { facts, registry, catalog, handed, signal } = context;
    const { repository } = facts;
    const certified = context.results.build(parent.name, platform);
    if (certified?.digest === undefined || handed?.given === undefined || !isToBuild(handed, parent, platform)) {
      return undefined;
    }
    // Its `verify` target has seen the certified one only.
    if (catalog.verifyTarget(parent) !== undefined) return undefined;
    const digest = await registry.headManifest({ ...repository, tag: scratchTag(facts, parent.name, platform) });
    if (digest === undefined || digest === certified.digest) return undefined;
    const { context: planned } = (await this.contextFor(parent, platform)) ?? { context };
    const { baseLayers, dockerfile } = await planBuild(planned, parent, platform, requirePrepared(planned, parent));
    try {
      const image = { registry, repository, digest, platform, baseLayers, dockerfile };
      const { layers } = await checkImage(image, signal);
      return startsWith(layers, baseLayers) ? { ...certified, digest } : undefined;
    } catch (error) {
      if (error instanceof HephyError && NOT_RIGHT.includes(error.code)) return undefined;
      throw error;
    }
  }
}

/** Whether the platform may be there, and right, FROM what this pipeline's jobs have built of its parents. */
export function isOtherwise({ error }: BuildResult): boolean {
  return error?.code === 'JOB_DOCKERFILE_WRONG' || error?.code === 'JOB_MISSING';
}

export function withOwnParents(result: BuildResult, { parents }: OwnContext): BuildResult {
  const note = `it is FROM ${parents.join(', ')} as this pipeline has built it: another has published the same inputs meanwhile`;
  return { ...result, notes: [...result.notes, note] };
}

/** What `checkImage` refuses an image for. */
const NOT_RIGHT: readonly string[] = [
  ...['IMAGE_DIGEST_WRONG', 'IMAGE_INCOMPLETE', 'IMAGE_UNREADABLE', 'IMAGE_PLATFORM_WRONG'],
  'DOCKERFILE_REFUSED',
];

function startsWith(layers: readonly Digest[], first: readonly Digest[]): boolean {
  return first.every((layer, index) => layers[index] === layer);
}

function keyOf(image: string, platform: Platform): string {
  return `${image} ${formatPlatform(platform)}`;
}
