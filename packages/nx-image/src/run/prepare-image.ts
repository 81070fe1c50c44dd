import type { Image } from '../config/build-config';
import type { ImageUse } from '../dockerfile/dockerfile';
import { HephyError } from '../errors/hephy-error';
import { formatPlatform } from '../oci/platform';
import type { BaseResult, PrepareResult } from '../report/result';
import type { ContextListing } from '../source/source';
import { summarise } from './describe-image';
import { openSource } from './open-source';
import type { OpenSource } from './opened-source';
import { withBuilder } from './plan-build';
import { readFor } from './read-for-platform';
import { refuseLedOut } from './refuse-led-out';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';
import { takeStep } from './take-step';
import { platformOf } from './use-platform';

/** Of one directory: its own first. They share source and context. */
type Images = readonly [Image, ...Image[]];

/**
 * Resolves what the images of a directory are made of: the upstream's commit, the context's listing, the base images of used stages. Builds nothing.
 * What is wrong with a base that not all of them need is left to the builds that need it. Where the plan of the pipeline says it, nobody is asked again, and what went wrong
 * then went wrong for all jobs. Never rejects: what went wrong is in the result.
 */
export async function prepareImage(context: RunContext, images: Images): Promise<PrepareResult> {
  return takeStep(
    context,
    images[0],
    'prepare',
    async (watch) => handedTo(context, images[0]) ?? prepare(context, images, watch),
    () => ({ bases: [] }),
  );
}

type Done = Omit<PrepareResult, 'version' | 'step' | 'run' | 'image' | 'started' | 'seconds'>;

function handedTo({ handed, facts }: RunContext, { project }: Image): Done | undefined {
  const found = handed?.prepared.find(({ image }) => image === project);
  if (found === undefined) return undefined;
  // Of this run, and taken over now.
  const own = { ...found, run: facts.id, started: new Date().toISOString() };
  return own;
}

async function prepare(context: RunContext, images: Images, watch: Stopwatch): Promise<Done> {
  const [first] = images;
  const source = await watch.time('fetch', () => openSource(context, first));
  const listing = await watch.time('context', () => source.list());
  for (const note of [...source.notes, ...(listing.notes ?? [])]) {
    context.onEvent({ kind: 'note', text: `${first.project}: ${note}` });
  }
  for (const image of images) await refuseLinks(context, image, source, listing);
  const bases = await watch.time('resolve', () => resolveAll(context, images, source));
  const tree = summarise(listing, first.config);
  return {
    outcome: 'built',
    ...(source.upstream === undefined ? {} : { upstream: source.upstream }),
    context: { digest: listing.digest, size: listing.size, files: listing.entries.length, ...(tree && { tree }) },
    dockerfile: { path: source.dockerfilePath, text: source.dockerfileText },
    bases,
  };
}

/** The builder that will probably build counts: a run that has to do without Kaniko has other limits. */
async function refuseLinks(
  context: RunContext,
  configured: Image,
  source: OpenSource,
  listing: ContextListing,
): Promise<void> {
  const image = withBuilder(configured, await context.presumeBuilder(configured.config.builder));
  const written = { path: source.dockerfilePath, text: source.dockerfileText };
  for (const platform of image.config.platforms) {
    refuseLedOut(context.facts, image, readFor(context.facts, image, written, platform), platform, listing);
  }
}

/** Images of this repository are not asked for: their builds of this run say what they are. */
function isExternal(context: RunContext, image: Image, use: ImageUse): boolean {
  return use.own === undefined || context.catalog.ownerOf(image, use.own) === undefined;
}

async function resolveAll(context: RunContext, images: Images, source: OpenSource): Promise<BaseResult[]> {
  const found = new Map<string, BaseResult>();
  const failures: HephyError[] = [];
  for (const image of images) {
    try {
      await resolveFor(context, image, source, found);
    } catch (error) {
      if (!(error instanceof HephyError) || context.signal.aborted) throw error;
      failures.push(error);
    }
  }
  const [failure] = failures;
  if (failure !== undefined && failures.length === images.length) throw failure;
  return [...found.values()];
}

/**
 * Each external base for each platform that needs it. One that lacks a platform fails that platform's build, not the others':
 * it has no child here, and the build asks again and says so.
 */
async function resolveFor(
  context: RunContext,
  image: Image,
  source: OpenSource,
  found: Map<string, BaseResult>,
): Promise<void> {
  for (const target of image.config.platforms) {
    const dockerfile = readFor(
      context.facts,
      image,
      { path: source.dockerfilePath, text: source.dockerfileText },
      target,
    );
    const uses = dockerfile.uses.filter(
      (use) => dockerfile.stages[use.stage]?.used === true && isExternal(context, image, use),
    );
    for (const use of uses) {
      if (use.reference === undefined) continue;
      const platform = platformOf(context.facts, use, target, dockerfile.path);
      try {
        const base = await context.bases.resolve(use.reference, platform, { file: dockerfile.path, line: use.line });
        const entry = found.get(use.reference) ?? { reference: use.reference, digest: base.digest, children: {} };
        entry.children[formatPlatform(platform)] = {
          digest: base.child,
          layers: [...base.layers],
          onBuild: [...base.onBuild],
        };
        found.set(use.reference, entry);
      } catch (error) {
        if (!(error instanceof HephyError) || !error.code.startsWith('BASE_PLATFORM_')) throw error;
      }
    }
  }
}
