import { tryTags } from '../../registry/publish/try-tags';
import { formatRepository } from '../../oci/reference';
import { afterRegistry } from './after-registry';
import type { Check } from './check';

/**
 * Whether tags move, really tried: two tiny manifests under one scratch tag, which is deleted after where the registry lets us. The tag's name is always the
 * same, so that no more than one is left, and ends as those do that should move: ECR exempts tags from immutability by their names.
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
      const tag = `${facts.scope === undefined ? '' : `${facts.scope}-`}push-doctor-latest`;
      const tried = await tryTags(client, repository, tag);
      const left = tried.removed
        ? []
        : [`the tag ${tag} is left in ${formatRepository(repository)}; it may be deleted`];
      if (tried.kind === 'move') return { verdict: 'ok', what: 'tags can be moved', details: left };
      if (tried.kind === 'not known') return { verdict: 'not known', what: tried.why, details: left };
      const moving = images.filter(({ config }) => config.additionalTags.some((one) => one.moving));
      if (moving.length === 0) {
        return { verdict: 'ok', what: 'tags are immutable, and no image has one that moves', details: left };
      }
      const [image] = moving;
      const [name] = image?.config.additionalTags.filter((one) => one.moving) ?? [];
      return {
        verdict: 'failed',
        what: `tags are immutable, and ${moving.length} images have tags that are to move, as ${image?.name ?? ''}-${name?.name ?? ''}`,
        details: [...left, tried.why],
        mend: 'Exempt them in the repository’s settings (ECR: IMMUTABLE_WITH_EXCLUSION, with the filter *-latest; and in-* for forced rebuilds), or leave them out of additional_tags.',
      };
    }),
};
