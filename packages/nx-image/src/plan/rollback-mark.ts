import { isDigest, type Digest } from '../oci/digest';

/** An index by the version that people know it by. */
export interface VersionedIndex {
  readonly version: string;
  readonly digest: Digest;
}

/**
 * What `last-{image}` says after a rollback: it names an index of the same children as before, made at the moment of the rollback, so that no run that began
 * earlier moves a tag.
 */
export interface RollbackMark {
  /** The index that the marked one is a copy of. */
  readonly from: VersionedIndex;
  /** Where the moving tags were put. */
  readonly to: VersionedIndex;
}

const FROM = 'dev.hephy.image.rolled-back-from';
const TO = 'dev.hephy.image.rolled-back-to';

export function rollbackAnnotations({ from, to }: RollbackMark): Readonly<Record<string, string>> {
  return { [FROM]: `${from.version}@${from.digest}`, [TO]: `${to.version}@${to.digest}` };
}

/** undefined: it marks no rollback, or not in a way that can be read. */
export function readRollbackMark(annotations: Readonly<Record<string, unknown>>): RollbackMark | undefined {
  const [from, to] = [parse(annotations[FROM]), parse(annotations[TO])];
  return from === undefined || to === undefined ? undefined : { from, to };
}

function parse(text: unknown): VersionedIndex | undefined {
  if (typeof text !== 'string') return undefined;
  const at = text.lastIndexOf('@');
  const digest = text.slice(at + 1);
  return at > 0 && isDigest(digest) ? { version: text.slice(0, at), digest } : undefined;
}
