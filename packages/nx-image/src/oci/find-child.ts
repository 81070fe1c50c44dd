import type { Descriptor, ImageIndex } from './manifest';
import { formatPlatform, normalPlatform, samePlatform, type Platform } from './platform';

/** The child of an index whose platform is the wanted one, or the best of those that run on it. undefined: it has none. */
export function findChild(index: ImageIndex, wanted: Platform): Descriptor | undefined {
  const images = index.manifests.filter(isImage);
  const [only, ...others] = images;
  if (only !== undefined && others.length === 0 && only.platform === undefined) return only;
  for (const acceptable of servingPlatforms(wanted)) {
    const found = images.find(({ platform }) => platform !== undefined && samePlatform(platform, acceptable));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The platforms that an index has images for, each once. */
export function platformsOf(index: ImageIndex): readonly string[] {
  const has = index.manifests.filter(isImage).flatMap(({ platform }) => platform ?? []);
  return [...new Set(has.map(formatPlatform))];
}

/** Attestations lie among the children as `unknown/unknown`. */
function isImage({ platform, annotations }: Descriptor): boolean {
  return platform?.os !== 'unknown' && annotations?.['vnd.docker.reference.type'] === undefined;
}

/**
 * The wanted platform, then those whose programs its CPU runs: lower variants of the same architecture, as containerd has it
 * (https://github.com/containerd/platforms/blob/main/compare.go). Never another architecture.
 */
export function servingPlatforms(wanted: Platform): readonly Platform[] {
  const { os, architecture } = wanted;
  const named = (variants: readonly string[]): Platform[] =>
    variants.map((variant) => normalPlatform({ os, architecture, variant }));
  const { variant } = normalPlatform(wanted);
  if (architecture === 'arm') {
    const order = ['v7', 'v6', 'v5'];
    const from = order.indexOf(variant ?? 'v7');
    const lower = named(order.slice(Math.max(from, 0)));
    // An arm without variant means v7.
    return variant === undefined || variant === 'v7' ? [normalPlatform(wanted), ...lower, { os, architecture }] : lower;
  }
  if (architecture === 'amd64' && variant !== undefined) {
    const order = ['v4', 'v3', 'v2', 'v1'];
    return named(order.slice(Math.max(order.indexOf(variant), 0)));
  }
  return [normalPlatform(wanted)];
}
