import { decidePublishing } from '../../ci/decide-publishing';
import { readCi } from '../../ci/read-ci';
import type { Image } from '../../config/build-config';
import { HephyError } from '../../errors/hephy-error';
import { platformsOf } from '../../oci/find-child';
import { formatPlatform } from '../../oci/platform';
import { formatRepository } from '../../oci/reference';
import type { ImageProjects } from '../../plan/drift-run';
import { planPublicTags } from '../../plan/plan-index';
import type { MovedTag, Rollback } from '../../report/rollback';
import { readPublished, type Published } from '../published';
import type { RunContext } from '../run-context';
import { surveyTags } from '../survey-tags';
import { findDependents } from './find-dependents';
import { findVersion } from './find-version';
import { planHold } from './hold-in-file';
import { moveBack } from './mark-rollback';

export interface RollbackInput {
  readonly image: Image;
  /** A version tag of the image, with or without its name. */
  readonly version: string;
  /** Whether nothing is to be written. */
  readonly dryRun: boolean;
  readonly images: readonly Image[];
  readonly projects: ImageProjects;
}

/**
 * Puts the moving tags of an image back to an older version. Everything is looked at first. Then the config is made to hold the version, then the tags are moved: cut short in
 * between, the next run by that config puts them there, and a config that is thrown away leaves all as it was.
 * @throws HephyError PUBLISH_NOT_ALLOWED, VERSION_MISSING, IMAGE_INCOMPLETE, INDEX_WRONG, CONFIG_UNWRITABLE, OPTIONS_INVALID, and those of the registry
 */
export async function rollBack(context: RunContext, input: RollbackInput): Promise<Rollback> {
  const { image, dryRun } = input;
  const { facts, registry } = context;
  requirePermission(context);
  const moving = planPublicTags(image, facts).flatMap((one) => (one.moving ? [one.tag] : []));
  if (moving.length === 0) {
    throw new HephyError('OPTIONS_INVALID', `${image.name} has no tag that moves, so none can go back`, {
      where: { file: image.configFile },
      hint: 'Whoever uses a version tag chooses another one there.',
    });
  }
  const to = await findVersion(context, image, input.version);
  const { newest, tags } = await surveyTags(context, withoutHold(image));
  const hold = planHold(context.workspaceRoot, image, to.version);
  const dependents = await findDependents(context, image, input.images, input.projects, { to, newest });
  const before = await Promise.all(
    moving.map(async (tag): Promise<MovedTag> => {
      const digest = tags.get(tag);
      const raw = digest === undefined ? undefined : await registry.getManifest({ ...facts.repository, digest });
      const from = raw === undefined ? undefined : (readPublished(raw)?.version ?? raw.digest);
      return { tag, ...(from === undefined ? {} : { from }), moved: digest !== to.digest };
    }),
  );
  if (!dryRun) {
    hold.write();
    await moveBack(context, image, to, newest, moving).catch((error: unknown) => {
      throw withHeld(error, image, to.version);
    });
  }
  const newestVersion = newest?.rollback?.from.version ?? newest?.version;
  return {
    ...{ version: 1, dryRun, image: image.name, repository: formatRepository(facts.repository) },
    to: { version: to.version, digest: to.digest, ...createdOf(to) },
    missing: missingFrom(to, image, newest),
    ...(newestVersion === undefined ? {} : { newest: newestVersion }),
    ...{ tags: before, file: image.configFile, edited: hold.needed, dependents },
  };
}

/** It publishes nothing new, so that the tree is changed does not matter: it is after each rollback. */
function requirePermission({ env, facts: { local } }: RunContext): void {
  const asked = env.HEPHY_PUBLISH === 'true';
  if (decidePublishing(readCi(env), { local, asked, dirty: false, commit: '', changed: [] }).publish) return;
  throw new HephyError('PUBLISH_NOT_ALLOWED', 'public tags are to move, and this is no run that may move them', {
    hint: 'Say so with HEPHY_PUBLISH=true, or do it in CI on a protected branch. What would be done is shown with --dry-run beside it.',
  });
}

/** Whether what was held until now is there does not matter any more. */
function withoutHold(image: Image): Image {
  return { ...image, config: { ...image.config, hold: [] } };
}

function withHeld(error: unknown, image: Image, version: string): unknown {
  if (!(error instanceof HephyError)) return error;
  return new HephyError(error.code, error.message, {
    where: { file: image.configFile },
    hint: `${error.hint ?? ''}\nThe config holds ${version} already, and tags may have moved: call this again.`.trim(),
    cause: error,
  });
}

function missingFrom(to: Published, { config }: Image, newest: Published | undefined): readonly string[] {
  const there = platformsOf(to.index);
  const wanted = new Set([
    ...config.platforms.map(formatPlatform),
    ...(newest === undefined ? [] : platformsOf(newest.index)),
  ]);
  return [...wanted].filter((platform) => !there.includes(platform));
}

function createdOf({ created }: Published): { readonly created?: string } {
  return created === undefined ? {} : { created };
}
