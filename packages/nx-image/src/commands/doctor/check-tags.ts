import { lastTag } from '../../plan/tags';
import { tryTags } from '../../registry/publish/try-tags';
import { formatRepository } from '../../oci/reference';
import { afterRegistry } from './after-registry';
import type { Check } from './check';

/**
 * Whether tags move, really tried: two tiny manifests under a scratch tag, which is deleted after where the registry lets us. There are two of them, always of the same names, so that no
 * more are left: one ends as those do that should move, one begins as hephy's own that does. ECR exempts tags from immutability by their names.
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
        { tag: `${scope}push-doctor-latest`, stands: moving },
        {
          tag: `${scope}last-push-doctor`,
          stands: first === undefined ? [] : [lastTag({ scope: undefined }, first.name)],
        },
      ];
      const details: string[] = [];
      const refused: string[] = [];
      for (const { tag, stands } of tries) {
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
      return {
        verdict: 'failed',
        what: `tags are immutable, and some are to move, as ${refused.join(' and ')}`,
        details,
        mend: 'Exempt them in the repository’s settings (ECR: IMMUTABLE_WITH_EXCLUSION, with the filters last-*, *-latest, those of other tags that move; and in-* for forced rebuilds), or leave them out of additional_tags.',
      };
    }),
};
