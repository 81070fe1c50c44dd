import type { BuilderName, Image } from '../config/build-config';
import { quoted } from '../config/quoted';
import type { Dockerfile } from '../dockerfile/dockerfile';
import { findContextSources } from '../dockerfile/find-context-sources';
import { HephyError, HephyErrors } from '../errors/hephy-error';
import { formatPlatform, type Platform } from '../oci/platform';
import { expandBuildArgs } from '../plan/build-args';
import type { RunFacts } from '../plan/run-facts';
import { findLedOut, type LedOut } from '../source/find-led-out';
import type { ContextListing } from '../source/source';

/** What the context's links would make of the Dockerfile ends it before anything is built. @throws HephyError, HephyErrors CONTEXT_ESCAPES, DOCKERFILE_REFUSED */
export function refuseLedOut(
  facts: RunFacts,
  image: Image,
  dockerfile: Dockerfile,
  platform: Platform,
  listing: ContextListing,
): void {
  const links = new Map(
    listing.entries.flatMap(({ kind, path, content }) => (kind === 'symlink' ? [[path, content] as const] : [])),
  );
  if (links.size === 0 && !/\.\.|--mount/.test(dockerfile.text)) return;
  const args = expandBuildArgs(image.config, facts, image.configFile).map(({ name, value }) => [name, value] as const);
  const values = new Map([
    ['TARGETPLATFORM', formatPlatform(platform)],
    ['TARGETOS', platform.os],
    ['TARGETARCH', platform.architecture],
    ['TARGETVARIANT', platform.variant ?? ''],
    ...args,
  ]);
  const { builder } = image.config;
  const errors = findLedOut(findContextSources(dockerfile, values), links, builder).map((one) =>
    refusal(dockerfile, one, builder),
  );
  const [first, ...more] = errors;
  if (first !== undefined) throw more.length === 0 ? first : new HephyErrors(errors);
}

function refusal(dockerfile: Dockerfile, led: LedOut, builder: BuilderName): HephyError {
  const { source } = led;
  const taken =
    builder === 'kaniko' ? 'Kaniko would take it from its own root' : 'buildah would take it from this machine';
  const where = { file: dockerfile.path, line: source.line };
  if (!('link' in led) && led.kind === 'stage') {
    return new HephyError(
      'DOCKERFILE_REFUSED',
      `RUN --mount=from=… with source=${quoted(source.path)}: buildah 1.28 follows links there to this machine's files (CVE-2024-1753)`,
      { where, hint: 'Leave `source` out, which mounts all of it; or COPY --from=… before the RUN.' },
    );
  }
  if (!('link' in led)) {
    return new HephyError(
      'CONTEXT_ESCAPES',
      `${source.instruction} takes ${quoted(source.path)}, which leads out of the ${source.of ?? 'context'}: ${taken}`,
      { where, hint: 'Take a `context_path` further up, and name it from there.' },
    );
  }
  const { kind, link, target } = led;
  if (kind === 'out') {
    return new HephyError(
      'CONTEXT_ESCAPES',
      `${source.instruction} takes something through ${quoted(link)}, a link out of the context, to ${quoted(target)}: ${taken}`,
      { where, hint: `Name ${link} in .dockerignore, or what is meant in the ${source.instruction}.` },
    );
  }
  return new HephyError(
    'DOCKERFILE_REFUSED',
    `${source.instruction} names ${quoted(link)}, a link to ${quoted(target)}: Docker copies what it points at, Kaniko the link alone`,
    { where, hint: `Name in the ${source.instruction} what ${link} points at, or use build_backend: buildah.` },
  );
}
