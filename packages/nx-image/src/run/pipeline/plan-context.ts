import { posix } from 'node:path';
import { contextFingerprint, findUnlistable } from '../../ci/context-fingerprint';
import type { PlannedContext } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import { HephyError } from '../../errors/hephy-error';
import { printableLine } from '../../report/printable';
import type { TrackedFiles } from '../../source/list-tracked';
import { openSource } from '../open-source';
import type { Prepared } from '../require-results';
import type { RunContext } from '../run-context';
import { findRemoved } from './find-removed';

/** In a message. */
const MOST_NAMES = 5;
export interface ContextPlanInput {
  /** undefined: the workspace is no checkout of git. */
  readonly tracked: () => Promise<TrackedFiles | undefined>;
  /** The `context` target of the directory's project has written into it. */
  readonly hasTarget: (root: string) => boolean;
  /** Of nx. */
  readonly projectOf: (root: string) => string;
}

/**
 * Where a build job has the image's context from.
 * @throws HephyError CONTEXT_NOT_IN_GIT, CONTEXT_UNSUPPORTED
 */
export async function planContext(
  context: RunContext,
  image: Image,
  prepared: Prepared,
  input: ContextPlanInput,
): Promise<PlannedContext> {
  const source = await openSource(context, image, prepared.upstream?.commit);
  const listing = await source.list();
  const unlistable = findUnlistable(listing);
  if (unlistable !== undefined) {
    throw new HephyError(
      'CONTEXT_UNSUPPORTED',
      `the context of ${image.name} holds ${JSON.stringify(unlistable.path)}: the shell of a build job cannot handle such a name, or what the link names`,
      { hint: 'Rename it, or name it in .dockerignore.' },
    );
  }
  if (prepared.upstream !== undefined) {
    const { repo, commit } = prepared.upstream;
    return { kind: 'prepared', source: { kind: 'upstream', repo, commit }, fingerprint: undefined };
  }
  const fingerprint = contextFingerprint(listing);
  if (input.hasTarget(image.root)) {
    return { kind: 'prepared', source: { kind: 'target', project: input.projectOf(image.root) }, fingerprint };
  }
  const tracked = await input.tracked();
  if (tracked === undefined) throw new HephyError('CHECKOUT_UNREADABLE', 'the workspace is no checkout of git');
  const path = posix.join(image.root, image.config.contextPath);
  const { directory, remove, missing } = findRemoved(tracked, path, listing);
  if (missing.length === 0) return { kind: 'checkout', directory, remove, fingerprint };
  const names = missing.slice(0, MOST_NAMES).map((one) => printableLine(one));
  const more = missing.length - names.length;
  throw new HephyError(
    'CONTEXT_NOT_IN_GIT',
    `the context of ${image.name} holds files that are not in git: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    {
      where: { file: image.configFile },
      hint: 'A build job has a checkout of its own, without them. Generate them in a target `context` of the project, or name them in .dockerignore.',
    },
  );
}
