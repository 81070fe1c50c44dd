import { isVersionOf } from '../config/version-form';
import { digestOf, hexOf } from '../oci/digest';
import { archName, type Platform } from '../oci/platform';
import type { RunFacts } from './run-facts';

/** DESIGN: tags carry their class; all that an untrusted run writes begins with its scope. */
type Naming = Pick<RunFacts, 'id' | 'started' | 'commit' | 'dirty' | 'scope'>;

function scoped(facts: Pick<RunFacts, 'scope'>, tag: string): string {
  return facts.scope === undefined ? tag : `${facts.scope}-${tag}`;
}

/** `push-<attempt>-<arch>`: one attempt of a builder, its only destination. All images share one repository, so the image is in the attempt. */
export function scratchTag(facts: Naming, image: string, platform: Platform): string {
  const attempt = hexOf(digestOf(`${facts.id}\n${image}`)).slice(0, 16);
  return scoped(facts, `push-${attempt}-${archName(platform)}`);
}

/** As `scratchTag`: what the run has built anew of these inputs for the image, and certified. */
export function renewedTag(facts: Naming, image: string, key: string, platform: Platform): string {
  return scratchTag(facts, `${image}\n${key}`, platform);
}

/** `in-<64 hex>`, in the order in which a run may believe them: trusted ones first, then those of its own scope. */
export function readableInputTags(facts: Pick<RunFacts, 'scope'>, key: string): readonly string[] {
  return facts.scope === undefined ? [`in-${key}`] : [`in-${key}`, `${facts.scope}-in-${key}`];
}

/** The `in-` tag that this run may write. */
export function writableInputTag(facts: Pick<RunFacts, 'scope'>, key: string): string {
  return scoped(facts, `in-${key}`);
}

/** `last-{image}`: the index that the last publishing run left. Hephy's own; it moves, and only forward in time. */
export function lastTag(facts: Pick<RunFacts, 'scope'>, image: string): string {
  return scoped(facts, `last-${image}`);
}

/** `{image}-{YYYYMMDD}-{sha7}`, and for the second and later index of that name `…-2`, `…-3`. `attempt` counts from 1. */
export function versionTag(facts: Naming, image: string, attempt = 1): string {
  const date = facts.started.slice(0, 10).replaceAll('-', '');
  const parts = [image, date, (facts.commit ?? '0000000').slice(0, 7)];
  if (facts.dirty !== undefined) parts.push('dirty', facts.dirty);
  if (attempt > 1) parts.push(String(attempt));
  return scoped(facts, parts.join('-'));
}

/** Whether it is a version tag that a run of the same scope may have given to the image. */
export function isVersionTag(facts: Pick<RunFacts, 'scope'>, image: string, tag: string): boolean {
  return isVersionOf(scoped(facts, image), tag);
}

/** `{image}-{YYYYMMDD}-{sha7}-{arch}`. */
export function archTag(facts: Naming, image: string, platform: Platform, attempt = 1): string {
  return `${versionTag(facts, image, attempt)}-${archName(platform)}`;
}

/** `{image}-{tag}`. */
export function additionalTag(facts: Pick<RunFacts, 'scope'>, image: string, name: string): string {
  return scoped(facts, `${image}-${name}`);
}
