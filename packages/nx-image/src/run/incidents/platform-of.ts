import type { Descriptor } from '../../oci/manifest';
import type { Platform } from '../../oci/platform';

/** What an index says of a child; undefined where that is no platform: others may have written anything. */
export function platformOf({ platform }: Pick<Descriptor, 'platform'>): Platform | undefined {
  const { os, architecture, variant } = (platform ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return typeof variant === 'string' ? { os, architecture, variant } : { os, architecture };
}
