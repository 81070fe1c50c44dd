import { lastTag } from '../../plan/tags';
import { tryTags } from '../../registry/publish/try-tags';
import { formatRepository } from '../../oci/reference';
import { afterRegistry } from './after-registry';
import type { Check } from './check';

const SCRATCH = 'push-<run>-<arch>';

/**
 * Whether tags move, really tried: two tiny manifests under a tag of nobody's, which is deleted after where the registry lets us. There are three of them, always of the same names, so that no
 * more are left: one ends as those do that should move, one begins as hephy's own that does, one as those of builders, which a job that is retried writes again. ECR exempts tags from
 * immutability by their names, and no name has what another kind is exempt by.
 */
export const checkTags: Check = {
  name: 'registry tags',
  find: (surroundings) =>
    afterRegistry(surroundings, async (repository) => {
      const { client, facts, images } = surroundings;
      try {
        await surroundings.push();
      } catch {
        return { verdict: 'not known', what: 'nothing can be pushed' };
      }
      const scope = facts.scope === undefined ? '' : `${facts.scope}-`;
      const [first] = images;
      const moving = images.flatMap(({ name, config }) =>
        config.additionalTags.flatMap((tag) => (tag.moving ? `${name}-${tag.name}` : [])),
      );
      const tries = [
        { tag: `${scope}_hephy-doctor-latest`, stands: moving },
        {
          tag: `${scope}last-push-doctor`,
          stands: first === undefined ? [] : [lastTag({ scope: undefined }, first.name)],
        },
      ];
      const scratch = { tag: `${scope}push-doctor`, stands: first === undefined ? [] : [SCRATCH] };
      const details: string[] = [];
      const refused: string[] = [];
      for (const { tag, stands } of [...tries, scratch]) {
        const tried = await tryTags(client, repository, tag);
        if (!tried.removed)
          details.push(`the tag ${tag} is left in ${formatRepository(repository)}; it may be deleted`);
        if (tried.kind === 'not known') return { verdict: 'not known', what: tried.why, details };
        if (tried.kind === 'immutable' && stands[0] !== undefined) {
          refused.push(stands[0]);
          details.push(tried.why);
        }
      }
      if (refused.length === 0) return { verdict: 'ok', what: 'tags can be moved', details };
      if (refused.every((tag) => tag === SCRATCH)) {
        return {
          verdict: 'warning',
          what: `tags are immutable: a build job that is retried once it has pushed is refused, as ${SCRATCH} is taken`,
          details,
          mend: 'Exempt push-* in the repository’s settings, too (ECR: IMMUTABLE_WITH_EXCLUSION).',
        };
      }
      return {
        verdict: 'failed',
        what: `tags are immutable, and some are to move, as ${refused.join(' and ')}`,
        details,
        mend: 'Exempt them in the repository’s settings (ECR: IMMUTABLE_WITH_EXCLUSION, with the filters last-*, *-latest, those of other tags that move; push-* for jobs that are retried, and in-* for forced rebuilds), or leave them out of additional_tags.',
      };
    }),
};
