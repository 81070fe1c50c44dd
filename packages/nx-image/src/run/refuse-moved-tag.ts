import type { Image, Upstream } from '../config/build-config';
import { placeOfUpstreamRef } from '../config/config-source';
import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import { findMovedTag, readPublishedUpstream } from '../plan/published-upstream';
import type { ResolvedRef } from '../source/upstream/resolve-ref';
import type { RunContext } from './run-context';
import { readTrustedLast } from './trusted-last';

/**
 * A tag is what people rely on to stay: one that names another commit than the one published last is not built unless the config says that it may move. Asks the registry only
 * where the ref is a tag.
 * @throws HephyError UPSTREAM_TAG_MOVED, and what the registry client throws
 */
export async function refuseMovedTag(
  context: RunContext,
  image: Image,
  upstream: Upstream,
  now: Pick<ResolvedRef, 'commit' | 'name'>,
): Promise<void> {
  const { repo, moving = false } = upstream;
  if (moving || now.name?.startsWith('refs/tags/') !== true) return;
  const last = await readTrustedLast(context, image.name);
  const moved = findMovedTag(readPublishedUpstream(last?.index.annotations), upstream, now.commit);
  if (moved === undefined) return;
  const tag = moved.ref.slice('refs/tags/'.length);
  throw new HephyError(
    'UPSTREAM_TAG_MOVED',
    `the tag ${tag} of ${redact(repo)} moved: ${image.name} was published from ${moved.from}, and the tag is ${moved.to} now`,
    {
      where: placeOfUpstreamRef(image.config, image.configFile),
      hint: [
        'Find out from the upstream why it moved, and look at what differs between the two commits.',
        `To build what it is now: \`upstream_moving: true\`. To stay with what was built: \`upstream_ref: ${moved.from}\`.`,
      ].join('\n'),
    },
  );
}
