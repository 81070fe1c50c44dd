import { setTimeout } from 'node:timers/promises';
import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { Digest } from '../oci/digest';
import { formatPlatform } from '../oci/platform';
import { reasonToBuild, type Before } from '../plan/compare-descriptions';
import { shortOf } from '../plan/description';
import type { OpenTree } from '../plan/file-tree';
import { readPublishedUpstream } from '../plan/published-upstream';
import type { Reason } from '../plan/reason';
import { reasonText } from '../report/reason-text';
import type { BuildResult } from '../report/result';
import { normalContextPath, treeOf } from './describe-image';
import { openSource } from './open-source';
import type { CompletePlan } from './plan-build';
import type { Published } from './published';
import type { Prepared } from './require-results';
import type { RunContext } from './run-context';
import { readTrustedLast } from './trusted-last';

/** What a run may compare with: what its own scope published last, else what trusted runs did. */
export async function lastKnown(
  context: Pick<RunContext, 'facts' | 'last'>,
  image: string,
): Promise<Published | undefined> {
  return (await context.last(image)) ?? readTrustedLast(context, image);
}

/** Since when an image is what it is: which of the versions published last has this child. */
export async function findReuse(
  context: Pick<RunContext, 'facts' | 'last'>,
  image: string,
  child: Digest,
): Promise<Reason> {
  try {
    for (const ask of [() => context.last(image), () => readTrustedLast(context, image)]) {
      const last = await ask();
      const has = last?.index.manifests.some(({ digest }) => digest === child);
      if (has === true) return { kind: 'reuse', since: last?.version };
    }
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
  }
  return { kind: 'reuse' };
}

/**
 * Why the registry has no image of these inputs: what changed since the version published last. No reason to fail: where that cannot be found out, the reason
 * says so.
 */
export async function findReason(
  context: RunContext,
  image: Image,
  prepared: Prepared,
  plan: CompletePlan,
  files: () => Promise<OpenTree | undefined> = () => listFiles(context, image, prepared),
): Promise<Reason> {
  if (!image.config.reuse) return { kind: 'rebuild', by: 'config' };
  if (context.rebuilds(image)) return { kind: 'rebuild', by: 'option' };
  let last: Published | undefined;
  try {
    last = await lastKnown(context, image.name);
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
    return { kind: 'unknown', why: error.message };
  }
  return reasonToBuild(last && beforeOf(last), {
    platform: formatPlatform(plan.platform),
    description: plan.description,
    files: await files(),
    upstream: prepared.upstream && { ...prepared.upstream, ref: prepared.upstream.name },
    config: { ...image.config, contextPath: normalContextPath(image.config) },
    childOf: (name, platform) => {
      const children = prepared.bases.find(({ reference }) => reference === name)?.children ?? {};
      // Somebody else may have written which platforms there are.
      const child = Object.hasOwn(children, platform) ? children[platform] : undefined;
      return child && shortOf(child.digest as Digest);
    },
    parentOf: (name) => context.catalog.ownerOf(image, name)?.name,
  });
}

/** Milliseconds that a build waits for its reason when all else is done. */
const PATIENCE = 5000;

/** Looks for a reason while something is built, which does not wait for it. */
export function seekReason(find: () => Promise<Reason>, patience = PATIENCE): () => Promise<Reason> {
  const found = find();
  // Whoever asks is told; a build that failed before is not to be ended by it.
  found.catch(() => undefined);
  const late: Reason = { kind: 'unknown', why: 'the registry took too long to say what was published last' };
  return () => Promise.race([found, setTimeout(patience, late, { ref: false })]);
}

/** For an image that was built, pushed and certified: it is not to fail for its reason, whatever that fails with. Asked once, so that line and parts are of one answer. */
export async function tellReason(why: () => Promise<Reason>): Promise<Pick<BuildResult, 'reason' | 'changes'>> {
  const reason = await why().catch((error: unknown): Reason => ({
    kind: 'unknown',
    why: `hephy failed to find it out: ${error instanceof Error ? error.message : String(error)}`,
  }));
  return { reason: reasonText(reason), ...changesOf(reason) };
}

/** Of a build that failed, too: it has its error for a reason, and what changed may be what broke it. */
export async function changesIn(why: (() => Promise<Reason>) | undefined): Promise<Pick<BuildResult, 'changes'>> {
  return changesOf(await why?.());
}

function changesOf(reason: Reason | undefined): Pick<BuildResult, 'changes'> {
  return reason?.kind === 'changed' ? { changes: reason.changes } : {};
}

function beforeOf({ version, description, index }: Published): Before {
  return { version, description, upstream: readPublishedUpstream(index.annotations) };
}

/** Listed for the copy that is built from anyway. What is wrong with them is that one's to say. */
async function listFiles(context: RunContext, image: Image, prepared: Prepared): Promise<OpenTree | undefined> {
  try {
    const source = await openSource(context, image, prepared.upstream?.commit);
    return treeOf(await source.list(), image.config);
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
    return undefined;
  }
}
