import { digestOf, type Digest } from '../oci/digest';
import { canonicalJson } from './canonical-json';

/** Stands for the index that a parent will have, where the build platform chooses the child: the same on machines of every architecture. `children` in the config's order. */
export function wholeParent(children: readonly { readonly platform: string; readonly digest: Digest }[]): Digest {
  return digestOf(canonicalJson(children.map(({ platform, digest }) => [platform, digest])));
}
