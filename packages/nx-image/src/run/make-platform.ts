import type { Image } from '../config/build-config';
import type { Platform } from '../oci/platform';
import type { Reason } from '../plan/reason';
import { renewedTag, writableInputTag } from '../plan/tags';
import type { RawManifest } from '../registry/registry';
import type { BuildResult } from '../report/result';
import { checkImage } from './checks/check-image';
import { portsOf } from './exposed-ports';
import { BuiltFinder } from './find-built';
import { findByInputs } from './find-by-inputs';
import { isOvertaken } from './later-run';
import { findReason, seekReason, tellReason } from './find-reason';
import { withBuilder, type CompletePlan } from './plan-build';
import type { ChosenSource, MadePlatform, PlatformSource } from './platform-source';
import { replaceTag } from './replace-tag';
import { requirePrepared } from './require-results';
import { inputsOf, reused } from './reused-platform';
import type { RunContext } from './run-context';
import { sharedLayers } from './shared-layers';
import type { Stopwatch } from './step-results';
import { writeArchTag, writeTag } from './write-tags';

/** What came to be known of a build, whatever becomes of it. */
export interface Known {
  parents?: readonly string[];
  why?: () => Promise<Reason>;
}

export type Done = Omit<BuildResult, 'version' | 'step' | 'run' | 'image' | 'platform' | 'started' | 'seconds'>;

/** Writes the tags, or only the `in-` tag that reuse trusts, and answers what is then known. */
export type Certify = (watch: Stopwatch, only?: 'certificate') => Promise<Done>;

/**
 * One platform: of the registry, or of the source, with every check behind it.
 * @param settle what becomes of what is new; until that is done, others of the same inputs wait
 */
export async function makePlatform(
  context: RunContext,
  configured: Image,
  platform: Platform,
  source: PlatformSource,
  watch: Stopwatch,
  known: Known,
  settle: (done: Done, certify: Certify) => Promise<Done>,
): Promise<Done> {
  const prepared = requirePrepared(context, configured);
  const finder = new BuiltFinder(context, configured, platform, prepared, watch, (plan) => {
    known.parents = plan.parents;
  });
  const { presumed, ...first } = await finder.seek();
  if (first.found !== undefined)
    return { ...inputsOf(first.plan), ...(await reused(context, configured, first.found)), notes: [] };
  const chosen = await source.choose(configured.config.builder);
  const { plan, found } = chosen.builder === presumed ? first : await finder.seekBy(chosen.builder);
  if (found !== undefined)
    return { ...inputsOf(plan), ...(await reused(context, configured, found)), notes: [...chosen.notes] };
  const image = withBuilder(configured, chosen.builder);
  const files = source.files && (() => Promise.resolve(source.files?.(prepared)));
  const anew = async (): Promise<Done> => {
    const why = seekReason(() => findReason(context, image, prepared, plan, files));
    known.why = why;
    const { done, certify } = await buildAnew(context, image, plan, chosen, watch, why);
    return certify === undefined ? { ...done, ...(await tellReason(why)) } : settle(done, certify);
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
  chosen: ChosenSource,
  watch: Stopwatch,
  why: () => Promise<Reason>,
): Promise<{ readonly done: Done; readonly certify: Certify | undefined }> {
  const { platform } = plan;
  const rebuilds = image.config.reuse && context.rebuilds(image);
  const replaces = rebuilds || !image.config.reuse;
  const made = await chosen.make({ image, plan, rebuilds, replaces }, watch);
  const { digest } = made;
  if (digest === undefined) return { done: notPushed(plan, chosen, made), certify: undefined };
  const repository = context.facts.repository;
  const checked = await watch.time('check', () =>
    checkImage(
      {
        ...{ registry: context.registry, repository, digest, platform, baseLayers: plan.baseLayers },
        dockerfile: plan.dockerfile,
      },
      context.signal,
    ),
  );
  const { shared, notes } = await watch.time('registry', () =>
    sharedLayers(context, image.name, platform, checked.manifest.bytes),
  );
  const done: Done = {
    ...inputsOf(plan),
    outcome: 'built',
    reason: '',
    builder: made.builder,
    digest,
    manifest: { mediaType: checked.manifest.mediaType, size: checked.manifest.bytes.byteLength },
    size: checked.size,
    layers: [...checked.layers],
    ...(shared === undefined ? {} : { shared }),
    ...portsOf(checked.config),
    tags: [],
    notes: [...chosen.notes, ...made.notes, ...dockerfileNotes(plan), ...checked.notes, ...notes],
  };
  const certify: Certify = async (later, only) => {
    const overtaken = replaces && (await isOvertaken(context, image.name));
    const whose = replaces ? 'own' : undefined;
    const meanwhile = replaces && !overtaken ? undefined : await findByInputs(context, plan.inputKey, whose);
    if (meanwhile !== undefined && meanwhile.digest !== digest) {
      return {
        ...inputsOf(plan),
        ...(await reused(context, image, meanwhile)),
        reason: `${overtaken ? 'a later' : 'another'} run built the same inputs meanwhile`,
        notes: [...checked.notes],
      };
    }
    const tags = await later.time('publish', () =>
      writeOwnTags(context, image, plan, checked.manifest, { replaces, only }),
    );
    if (rebuilds) context.rebuilt.add(plan.inputKey);
    return { ...done, ...(await tellReason(why)), tags };
  };
  return { done, certify };
}

function notPushed(plan: CompletePlan, chosen: ChosenSource, { builder, notes }: MadePlatform): Done {
  const said = 'built and not pushed: what it is was not checked';
  return {
    ...{ ...inputsOf(plan), outcome: 'built', reason: '', builder, tags: [] },
    notes: [said, ...chosen.notes, ...notes, ...dockerfileNotes(plan)],
  };
}

/** What the builder did otherwise than Docker, and was not refused for. */
function dockerfileNotes({ dockerfile: { path, notes } }: CompletePlan): readonly string[] {
  return notes.map(({ line, column, what, hint }) => `${path}:${line}:${column}: ${what}. ${hint}`);
}

/** The `in-` tag that reuse trusts, then the tag that people read. */
async function writeOwnTags(
  context: RunContext,
  image: Image,
  plan: CompletePlan,
  raw: RawManifest,
  { replaces, only }: { readonly replaces: boolean; readonly only: 'certificate' | undefined },
): Promise<string[]> {
  const { registry, facts, handed } = context;
  const inputTag = writableInputTag(facts, plan.inputKey);
  if (replaces) await replaceTag(registry, facts, inputTag, raw);
  else await writeTag(registry, facts.repository, inputTag, raw);
  // For other jobs of the same pipeline.
  if (replaces && handed !== undefined) {
    await replaceTag(registry, facts, renewedTag(facts, image.name, plan.inputKey, plan.platform), raw);
  }
  if (only !== undefined) return [inputTag];
  const archTag = await writeArchTag(registry, facts, image.name, plan.platform, raw);
  return [inputTag, archTag];
}
