import { builderOf } from '../builders/builders';
import type { BuildStep } from '../builders/builder';
import type { BuilderName, Image } from '../config/build-config';
import type { Dockerfile, ImageUse } from '../dockerfile/dockerfile';
import { digestOf, type Digest } from '../oci/digest';
import type { Platform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import { expandBuildArgs, type BuildArg } from './build-args';
import { describePlatform, type Description, type PlatformDescription } from './description';
import { inputKey, type PlatformInputs } from './input-key';
import { lastingPeriod } from './lasting-period';
import { planLayerCache } from './layer-cache';
import type { Pin } from './pin';
import { pinAll, type PlannedPin } from './pin-all';
import { periodOf } from './period';
import type { RunFacts } from './run-facts';
import { archTag, scratchTag } from './tags';

/** Args that every stage has undeclared: https://docs.docker.com/reference/dockerfile/#predefined-args. Builders let LABEL and ENV have their values. */
const PREDEFINED_ARGS = ['HTTP', 'HTTPS', 'FTP', 'NO', 'ALL'].flatMap((what) => [
  `${what}_PROXY`,
  `${what}_PROXY`.toLowerCase(),
]);

/** What will run for one platform of one image. Holes are pins that are not known yet: everything that needs them is undefined then. */
export interface PlatformPlan {
  readonly image: string;
  readonly platform: Platform;
  readonly builder: BuilderName;
  readonly pins: readonly PlannedPin[];
  readonly step: Omit<BuildStep, 'paths'>;
  readonly inputs: PlatformInputs | undefined;
  /** 64 hex. */
  readonly inputKey: string | undefined;
  /** Of the inputs, for the annotation of the index. */
  readonly description: PlatformDescription | undefined;
  /** The Dockerfile that is built: the user's with each base replaced in place. */
  readonly pinnedDockerfile: string | undefined;
  /** The first choice: taken by another digest, the next is tried. */
  readonly archTag: string;
}

export interface PlatformPlanInput {
  readonly image: Image;
  readonly platform: Platform;
  readonly facts: RunFacts;
  /** Read for this platform; undefined while an upstream is not fetched. */
  readonly dockerfile: Dockerfile | undefined;
  /** Digest of the context's listing; undefined while it is not known. */
  readonly context: Digest | undefined;
  readonly pinOf: (use: ImageUse) => Pin;
  /** What the last version says of this platform; undefined: nothing that is known here. */
  readonly last?: Description['platforms'][string] | undefined;
}

export function planPlatform(input: PlatformPlanInput): PlatformPlan {
  const { image, platform, facts, dockerfile } = input;
  const { config } = image;
  const step = planStep(image, platform, facts, dockerfile);
  const pins = (dockerfile?.uses ?? [])
    .filter((use) => dockerfile?.stages[use.stage]?.used === true)
    .map((use): PlannedPin => ({ use, pin: input.pinOf(use) }));
  const inputs = dockerfile && planInputs(input, step, dockerfile, pins);
  return {
    image: image.name,
    platform,
    builder: config.builder,
    pins,
    step,
    inputs,
    inputKey: inputs && inputKey(inputs),
    description: inputs && describePlatform(inputs, pins),
    pinnedDockerfile: dockerfile && pinAll(dockerfile, pins),
    archTag: archTag(facts, image.name, platform),
  };
}

function planStep(
  image: Image,
  platform: Platform,
  facts: RunFacts,
  dockerfile: Dockerfile | undefined,
): Omit<BuildStep, 'paths'> {
  const { config } = image;
  // As the Dockerfile has it: builders compare names letter by letter, Docker does not.
  const target = config.target && (dockerfile?.stages[dockerfile.target]?.writtenName ?? config.target);
  const repository = formatRepository(facts.repository);
  return {
    platform,
    destination: `${repository}:${scratchTag(facts, image.name, platform)}`,
    ...(target === undefined ? {} : { target }),
    buildArgs: expandBuildArgs(config, facts, image.configFile),
    labels: config.labels,
    reproducible: config.reproducible,
    ...planLayerCache(config, platform, facts),
    ...(facts.mirror === undefined ? {} : { mirror: facts.mirror }),
    insecure: facts.insecure,
  };
}

function planInputs(
  { image: { config }, platform, facts, context, last }: PlatformPlanInput,
  step: Omit<BuildStep, 'paths'>,
  dockerfile: Dockerfile,
  pins: readonly PlannedPin[],
): PlatformInputs | undefined {
  if (context === undefined) return undefined;
  const bases: string[] = [];
  const declared = new Set(PREDEFINED_ARGS);
  for (const stage of dockerfile.stages) if (stage.used) stage.declaredArgs.forEach((name) => declared.add(name));
  for (const { use, pin } of pins) {
    if (pin.kind !== 'digest') return undefined;
    for (const name of pin.onBuildArgs) declared.add(name);
    bases.push(
      ...[pin.identity, ...pin.onBuild.map((image) => image.digest)].map((digest) => `${use.written}@${digest}`),
    );
  }
  const inputs: PlatformInputs = {
    platform,
    context,
    dockerfile: digestOf(dockerfile.text),
    target: config.target,
    args: valuesOf(declared, step.buildArgs),
    labels: config.labels,
    bases,
    builder: config.builder,
    flags: builderOf(config.builder).resultFlags(step),
    epoch: config.epoch,
    period: config.maxAge === undefined ? undefined : periodOf(facts.started, config.maxAge),
  };
  return { ...inputs, period: lastingPeriod(inputs, facts.started, last) };
}

/** Build args that nothing declares change nothing. */
function valuesOf(declared: ReadonlySet<string>, args: readonly BuildArg[]): Readonly<Record<string, string>> {
  return Object.fromEntries(args.filter(({ name }) => declared.has(name)).map(({ name, value }) => [name, value]));
}
