import type { ChosenBuilder } from '../tools/choose-builder';
import type { Image } from '../config/build-config';
import type { Manifest } from '../oci/manifest';
import { formatPlatform, type Platform } from '../oci/platform';
import type { Reason } from '../plan/reason';
import { writableInputTag } from '../plan/tags';
import type { RawManifest } from '../registry/registry';
import { withoutOldLayers } from '../plan/layer-cache';
import { reasonText } from '../report/reason-text';
import type { BuildResult } from '../report/result';
import { checkBeforeBuild } from './checks/before-build';
import { checkImage } from './checks/check-image';
import { portsOf, reusedPorts } from './exposed-ports';
import { BuiltFinder } from './find-built';
import { findByInputs } from './find-by-inputs';
import { changesIn, findReason, findReuse, seekReason, tellReason } from './find-reason';
import { withBuilder, type CompletePlan } from './plan-build';
import { requirePrepared } from './require-results';
import { buildAndPush } from './build-and-push';
import { copyDownloads } from './copy-downloads';
import { replaceTag, requireFree } from './replace-tag';
import { writeArchTag, writeTag } from './write-tags';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';
import { sharedLayers } from './shared-layers';
import { takeStep } from './take-step';
import { usedBuilder } from './used-builder';
import { withParents } from './with-parents';

/**
 * One platform of an image: answered from the registry where its inputs were built before, else built, pushed, read back, checked and certified.
 * Never rejects: what went wrong is in the result.
 */
export async function buildPlatform(context: RunContext, image: Image, platform: Platform): Promise<BuildResult> {
  const text = formatPlatform(platform);
  const known: Known = {};
  const result: BuildResult = await takeStep(
    context,
    image,
    'build',
    async (watch) => {
      const done = await build(context, image, platform, watch, known);
      const ports = await watch.time('registry', () => reusedPorts(context, done));
      return { platform: text, ...done, ...ports };
    },
    ({ error }) => ({ platform: text, reason: error.message, tags: [], notes: [] }),
  );
  // What it failed with is what counts, whatever becomes of the rest.
  const changes = result.outcome === 'failed' ? await changesIn(known.why).catch(nothing) : undefined;
  const whole = { ...result, ...changes };
  return known.parents === undefined ? whole : withParents(context, image, platform, whole, known.parents);
}

/** What came to be known of a build, whatever becomes of it. */
interface Known {
  parents?: readonly string[];
  why?: () => Promise<Reason>;
}

type Done = Omit<BuildResult, 'version' | 'step' | 'run' | 'image' | 'platform' | 'started' | 'seconds'>;

async function build(
  context: RunContext,
  configured: Image,
  platform: Platform,
  watch: Stopwatch,
  known: Known,
): Promise<Done> {
  const prepared = requirePrepared(context, configured);
  const finder = new BuiltFinder(context, configured, platform, prepared, watch, (plan) => {
    known.parents = plan.parents;
  });
  const { presumed, ...first } = await finder.seek();
  if (first.found !== undefined)
    return { ...inputsOf(first.plan), ...(await reused(context, configured, first.found)), notes: [] };
  const choice = await context.chooseBuilder(configured.config.builder);
  const { plan, found } = choice.builder.name === presumed ? first : await finder.seekBy(choice.builder.name);
  if (found !== undefined)
    return { ...inputsOf(plan), ...(await reused(context, configured, found)), notes: [...choice.notes] };
  const image = withBuilder(configured, choice.builder.name);
  const anew = (): Promise<Done> => {
    known.why = seekReason(() => findReason(context, image, prepared, plan));
    return buildAnew(context, image, plan, choice, watch, known.why);
  };
  if (!image.config.reuse) return anew();
  const { underWay } = context;
  for (let before = underWay.get(plan.inputKey); before !== undefined; before = underWay.get(plan.inputKey)) {
    const other = before;
    await watch.time('wait', () => other);
    const meanwhile = await finder.find(plan);
    if (meanwhile !== undefined) return { ...inputsOf(plan), ...(await reused(context, image, meanwhile)), notes: [] };
  }
  const work = anew().finally(() => underWay.delete(plan.inputKey));
  underWay.set(plan.inputKey, work.then(nothing, nothing));
  return work;
}

function nothing(): void {
  // Whoever waits looks into the registry for what came of it.
}

async function buildAnew(
  context: RunContext,
  image: Image,
  plan: CompletePlan,
  choice: ChosenBuilder,
  watch: Stopwatch,
  why: () => Promise<Reason>,
): Promise<Done> {
  const { platform } = plan;
  const rebuilds = image.config.reuse && context.rebuilds(image);
  const replaces = rebuilds || !image.config.reuse;
  if (replaces) await watch.time('registry', () => requireFree(context, plan.inputKey));
  const warned = await watch.time('check', () => checkBeforeBuild(context, plan, choice));
  const pinnedDockerfile = await watch.time('context', () => copyDownloads(context, plan));
  const step = rebuilds ? withoutOldLayers(plan.step) : plan.step;
  const built = await buildAndPush(context, image, { ...plan, step, pinnedDockerfile }, choice, watch);
  const repository = context.facts.repository;
  const checked = await watch.time('check', () =>
    checkImage(
      {
        ...{ registry: context.registry, repository, digest: built, platform, baseLayers: plan.baseLayers },
        dockerfile: plan.dockerfile,
      },
      context.signal,
    ),
  );
  const { shared, notes } = await watch.time('registry', () =>
    sharedLayers(context, image.name, platform, checked.manifest.bytes),
  );
  const meanwhile = replaces ? undefined : await findByInputs(context, plan.inputKey);
  if (meanwhile !== undefined && meanwhile.digest !== built) {
    return {
      ...inputsOf(plan),
      ...(await reused(context, image, meanwhile)),
      reason: 'another run built the same inputs meanwhile',
      notes: [...checked.notes],
    };
  }
  const tags = await watch.time('publish', () => certify(context, image, plan, checked.manifest, replaces));
  if (rebuilds) context.rebuilt.add(plan.inputKey);
  return {
    ...inputsOf(plan),
    outcome: 'built',
    ...(await tellReason(why)),
    builder: usedBuilder(choice),
    digest: built,
    manifest: { mediaType: checked.manifest.mediaType, size: checked.manifest.bytes.byteLength },
    size: checked.size,
    layers: [...checked.layers],
    ...(shared === undefined ? {} : { shared }),
    ...portsOf(checked.config),
    tags,
    notes: [...choice.notes, ...warned, ...dockerfileNotes(plan), ...checked.notes, ...notes],
  };
}

/** What the builder did otherwise than Docker, and was not refused for. */
function dockerfileNotes({ dockerfile: { path, notes } }: CompletePlan): readonly string[] {
  return notes.map(({ line, column, what, hint }) => `${path}:${line}:${column}: ${what}. ${hint}`);
}

function inputsOf(plan: CompletePlan): Pick<BuildResult, 'inputKey' | 'inputs'> {
  return { inputKey: plan.inputKey, inputs: plan.description };
}

type Reused = Pick<BuildResult, 'outcome' | 'reason' | 'digest' | 'manifest' | 'size' | 'layers' | 'tags'>;

async function reused(context: RunContext, image: Image, raw: RawManifest): Promise<Reused> {
  const manifest = JSON.parse(Buffer.from(raw.bytes).toString('utf8')) as Manifest;
  return {
    outcome: 'reused',
    reason: reasonText(await findReuse(context, image.name, raw.digest)),
    digest: raw.digest,
    manifest: { mediaType: raw.mediaType, size: raw.bytes.byteLength },
    size: manifest.config.size + manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
    layers: manifest.layers.map((layer) => layer.digest),
    tags: [],
  };
}

/** After every check: the `in-` tag that reuse trusts, then the tag that people read. */
async function certify(
  context: RunContext,
  image: Image,
  plan: CompletePlan,
  raw: RawManifest,
  replaces: boolean,
): Promise<string[]> {
  const { registry, facts } = context;
  const inputTag = writableInputTag(facts, plan.inputKey);
  if (replaces) await replaceTag(registry, facts, inputTag, raw);
  else await writeTag(registry, facts.repository, inputTag, raw);
  const archTag = await writeArchTag(registry, facts, image.name, plan.platform, raw);
  return [inputTag, archTag];
}
