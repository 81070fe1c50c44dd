import { createHash } from 'node:crypto';

/** `sha256:<64 hex>`, https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests */
export type Digest = `sha256:${string}`;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** The digest of the bytes; a string counts as UTF-8. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The 64 hex digits behind the algorithm. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
