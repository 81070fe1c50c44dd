import type { Digest } from '../oci/digest';
import type { Platform } from '../oci/platform';

/** What a base is pinned to: known, or the digest that another image's build of this run will leave. */
export type Pin =
  | { readonly kind: 'digest'; readonly reference: string; readonly digest: Digest }
  | { readonly kind: 'pending'; readonly image: string; readonly platform: Platform }
  | { readonly kind: 'unresolved'; readonly reference: string; readonly platform: Platform };
