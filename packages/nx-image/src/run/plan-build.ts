import type { BuilderName, Image } from '../config/build-config';
import { finalBase } from '../dockerfile/final-base';
import type { Dockerfile, ImageUse } from '../dockerfile/dockerfile';
import { declaredOnBuild } from '../dockerfile/on-build';
import { findRuns, type StageRun } from '../dockerfile/stage-runs';
import { HephyError, HephyErrors, type Location } from '../errors/hephy-error';
import type { Digest } from '../oci/digest';
import { formatPlatform, type Platform } from '../oci/platform';
import { formatRepository, parseReference } from '../oci/reference';
import type { Pin } from '../plan/pin';
import { planPlatform, type PlatformPlan } from '../plan/plan-platform';
import type { BaseResult } from '../report/result';
import { findParent, type FoundBase } from './find-parent';
import { lastMade } from './last-made';
import { readFor } from './read-for-platform';
import { platformOf } from './use-platform';
import type { Prepared } from './require-results';
import type { RunContext } from './run-context';

/** A plan without holes, and what the checks after the build need to know of the bases. */
export interface CompletePlan extends PlatformPlan {
  readonly inputs: NonNullable<PlatformPlan['inputs']>;
  readonly inputKey: string;
  readonly description: NonNullable<PlatformPlan['description']>;
  readonly pinnedDockerfile: string;
  readonly dockerfile: Dockerfile;
  /** The first RUN of each stage, those of bases' ONBUILD included. */
  readonly runs: readonly StageRun[];
  /** Layers of what the built stage is FROM: a build adds those that follow. */
  readonly baseLayers: readonly Digest[];
  /** Names of the images of this repository that it is FROM or copies from. */
  readonly parents: readonly string[];
  /** Registries that the builder pulls from. */
  readonly registries: readonly string[];
}

/**
 * The plan of one platform with every base known: external ones as `prepare` found them, those of this repository as their builds of this run left them.
 * @throws HephyError DOCKERFILE_REFUSED, PARENT_NOT_BUILT, BASE_…
 */
export async function planBuild(
  context: RunContext,
  image: Image,
  platform: Platform,
  prepared: Prepared,
): Promise<CompletePlan> {
  const dockerfile = readFor(context.facts, image, prepared.dockerfile, platform);
  refuse(dockerfile);
  const pins = new Map<ImageUse, Pin>();
  const onBuilds = new Map<ImageUse, readonly string[]>();
  const registries = new Set<string>();
  const parents = new Set<string>();
  const final = finalBase(dockerfile);
  let baseLayers: readonly Digest[] = [];
  const stages = new Set(dockerfile.stages.flatMap((stage) => (stage.name === undefined ? [] : [stage.name])));
  for (const use of dockerfile.uses) {
    if (dockerfile.stages[use.stage]?.used !== true) continue;
    const where = { file: dockerfile.path, line: use.line };
    const wanted = platformOf(context.facts, use, platform, dockerfile.path);
    const base = await findBase(context, image, use, wanted, prepared.bases, where);
    registries.add(parseReference(base.reference)?.registry ?? '');
    if (base.parent !== undefined) parents.add(base.parent);
    if (use === final) {
      refuseForeign(use, wanted, platform, where);
      baseLayers = base.layers;
    }
    const onBuild = use.instruction === 'FROM' ? base.onBuild : [];
    refuseSums(use, onBuild, where);
    onBuilds.set(use, onBuild);
    pins.set(use, {
      kind: 'digest',
      reference: base.reference,
      repository: base.repository,
      digest: base.child,
      index: base.parent === undefined ? base.index : undefined,
      identity: use.platform.kind === 'build' ? base.index : base.child,
      onBuild: await context.bases.onBuildImages(onBuild, stages, wanted, where),
      onBuildArgs: declaredOnBuild(onBuild),
    });
  }
  const plan = planPlatform({
    image,
    platform,
    facts: context.facts,
    dockerfile,
    context: prepared.context.digest as Digest,
    last: image.config.reuse ? await lastMade(context, image, platform) : undefined,
    pinOf: (use) => {
      const pin = pins.get(use);
      if (pin === undefined) throw new Error(`no pin for ${use.written} in line ${use.line}`);
      return pin;
    },
  });
  const { inputs, inputKey, description, pinnedDockerfile } = plan;
  if (inputs === undefined || inputKey === undefined || description === undefined || pinnedDockerfile === undefined) {
    throw new Error(`the plan of ${image.name} for ${formatPlatform(platform)} has holes`);
  }
  const runs = findRuns(dockerfile, (use) => onBuilds.get(use) ?? []);
  return {
    ...plan,
    inputs,
    inputKey,
    description,
    pinnedDockerfile,
    dockerfile,
    runs,
    baseLayers,
    parents: [...parents],
    registries: [...registries],
  };
}

/** What a builder would get wrong in silence ends the build before it begins, every place in one go. */
function refuse(dockerfile: Dockerfile): void {
  if (dockerfile.refusals.length === 0) return;
  throw new HephyErrors(
    dockerfile.refusals.map(
      ({ line, column, what, hint }) =>
        new HephyError('DOCKERFILE_REFUSED', what, { where: { file: dockerfile.path, line, column }, hint }),
    ),
  );
}

/** What a base has in ONBUILD the builder carries out as it is. */
function refuseSums(use: ImageUse, onBuild: readonly string[], where: Location): void {
  if (!onBuild.some((one) => /^\s*ADD\s(?:.*\s)?--checksum=/is.test(one))) return;
  throw new HephyError(
    'DOCKERFILE_REFUSED',
    `${use.written} has ADD --checksum in its ONBUILD: nobody would verify the sum`,
    { where, hint: 'Take a base without it, and write the ADD into this Dockerfile.' },
  );
}

/** Builders stamp the platform on whatever the image has from its base. */
function refuseForeign(use: ImageUse, wanted: Platform, platform: Platform, where: Location): void {
  if (wanted.os === platform.os && wanted.architecture === platform.architecture) return;
  throw new HephyError(
    'DOCKERFILE_REFUSED',
    `the image for ${formatPlatform(platform)} would be FROM ${use.written} for ${formatPlatform(wanted)}, and be labelled ${formatPlatform(platform)} all the same`,
    {
      where,
      hint: 'Take --platform=… out of this FROM; the stages that only build may have it, and the last one copies from them.',
    },
  );
}

async function findBase(
  context: RunContext,
  image: Image,
  use: ImageUse,
  platform: Platform,
  prepared: readonly BaseResult[],
  where: { readonly file: string; readonly line: number },
): Promise<FoundBase> {
  const parent = use.own === undefined ? undefined : context.catalog.ownerOf(image, use.own);
  if (parent !== undefined) return findParent(context, image, parent, platform, where, use.platform.kind === 'build');
  if (use.reference === undefined) {
    throw new HephyError('DOCKERFILE_INVALID', `${use.written} names no image: an argument in it has no value`, {
      where,
      hint: 'Give the ARG a default, or set it under `build_args`.',
    });
  }
  const parsed = parseReference(use.reference);
  if (parsed === undefined) throw new Error(`${use.reference} was resolved and is no reference`);
  const known = prepared.find((base) => base.reference === use.reference);
  const child = known?.children[formatPlatform(platform)];
  const repository = formatRepository(parsed);
  if (known !== undefined && child !== undefined) {
    const { digest, layers, onBuild } = child;
    return {
      reference: use.reference,
      repository,
      parent: undefined,
      index: known.digest as Digest,
      child: digest as Digest,
      layers: layers as Digest[],
      onBuild,
    };
  }
  const base = await context.bases.resolve(use.reference, platform, where);
  return { ...base, parent: undefined, reference: use.reference, repository, index: base.digest };
}

/** For the plan's users: the builder that the config asks for, or the one that stands in for it. */
export function withBuilder(image: Image, builder: BuilderName): Image {
  return builder === image.config.builder ? image : { ...image, config: { ...image.config, builder } };
}
