import { HephyError } from '../../errors/hephy-error';
import { digestOf, isDigest, type Digest } from '../../oci/digest';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../oci/manifest';
import { formatReference, formatRepository, type Reference, type Repository } from '../../oci/reference';
import { CHANGED_ON_THE_WAY, DamagedContent } from '../damaged-content';
import { parseJsonObject } from '../json-object';
import type { RawManifest } from '../registry';
import type { Ask } from './ask';
import type { Access } from './endpoint';
import type { Answer } from './exchange';
import { parseSpecErrors } from './failure';

/** Registries need not take more: https://github.com/opencontainers/distribution-spec, "Pushing Manifests". */
const LIMIT = 8 * 1024 * 1024;
const ACCEPT = { accept: [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ') };

export function headManifest(ask: Ask, reference: Reference): Promise<Digest | undefined> {
  return headAt(ask, reference, 'pull');
}

/** With the access of a push the registry itself is asked, never a mirror. */
async function headAt(ask: Ask, reference: Reference, access: Access, retries?: number): Promise<Digest | undefined> {
  const question = { resource: resourceOf(reference), headers: ACCEPT, ...(retries === undefined ? {} : { retries }) };
  const answer = await ask(reference, access, { method: 'HEAD', ...question });
  if (answer.status === 404) return undefined;
  const digest = digestHeader(answer);
  if (digest === undefined) return (await getAt(ask, reference, access, retries))?.digest;
  if (reference.digest !== undefined) expectDigest(reference, reference.digest, digest);
  return digest;
}

export function getManifest(ask: Ask, reference: Reference): Promise<RawManifest | undefined> {
  return getAt(ask, reference, 'pull');
}

async function getAt(
  ask: Ask,
  reference: Reference,
  access: Access,
  retries?: number,
): Promise<RawManifest | undefined> {
  const answer = await ask(reference, access, {
    ...(retries === undefined ? {} : { retries }),
    method: 'GET',
    resource: resourceOf(reference),
    headers: ACCEPT,
    limit: LIMIT,
  });
  if (answer.status === 404) return undefined;
  const bytes = new Uint8Array(answer.body);
  const digest = digestOf(bytes);
  expectDigest(reference, reference.digest ?? digestHeader(answer) ?? digest, digest);
  return { digest, mediaType: mediaTypeOf(answer, bytes), bytes };
}

export async function putManifest(
  ask: Ask,
  reference: Reference,
  mediaType: string,
  bytes: Uint8Array,
): Promise<Digest> {
  const digest = digestOf(bytes);
  if (reference.digest !== undefined && reference.digest !== digest) {
    throw new Error(`the bytes for ${formatReference(reference)} are ${digest}`);
  }
  const { registry, path, tag } = reference;
  const target = tag === undefined ? { registry, path, digest } : { registry, path, tag };
  const answer = await ask(reference, 'push', {
    method: 'PUT',
    resource: resourceOf(target),
    headers: { 'content-type': mediaType },
    body: bytes,
    passing: missesPart,
    hasArrived: async () => (await headAt(ask, target, 'push', 0)) === digest,
  });
  const confirmed = digestHeader(answer) ?? (await headAt(ask, target, 'push'));
  if (confirmed === undefined) {
    throw new HephyError('REGISTRY_ERROR', `${formatReference(reference)} was accepted but is not there`);
  }
  expectDigest(reference, digest, confirmed);
  return confirmed;
}

/**
 * What it refers to is not there: true where the caller did not look, and for a moment where somebody puts the same child again, whose manifest the registry
 * (distribution, on a file system) writes in place.
 */
function missesPart({ status, body }: Answer): boolean {
  return (status === 400 || status === 404) && /\bMANIFEST_(?:BLOB_)?UNKNOWN\b/.test(parseSpecErrors(body));
}

export async function deleteManifest(ask: Ask, repository: Repository, digest: Digest): Promise<boolean> {
  const answer = await ask(repository, 'delete', {
    method: 'DELETE',
    resource: `manifests/${digest}`,
    reads: [400, 401, 403, 405, 501],
  });
  return answer.status < 300 || answer.status === 404;
}

/** A tag and a digest: the digest is what is asked for. */
function resourceOf({ registry, path, tag, digest }: Reference): string {
  const name = digest ?? tag;
  if (name === undefined) throw new Error(`no tag and no digest: ${formatRepository({ registry, path })}`);
  return `manifests/${name}`;
}

function digestHeader(answer: Answer): Digest | undefined {
  const header = answer.headers['docker-content-digest'];
  return typeof header === 'string' && isDigest(header) ? header : undefined;
}

function expectDigest(reference: Reference, expected: Digest, actual: Digest): void {
  if (expected === actual) return;
  throw new DamagedContent(`${formatReference(reference)} should be ${expected} and is ${actual}`, CHANGED_ON_THE_WAY);
}

function mediaTypeOf(answer: Answer, bytes: Uint8Array): string {
  const header = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (header !== undefined && [...INDEX_TYPES, ...MANIFEST_TYPES].includes(header)) return header;
  // Some file servers and proxies send what they like; the body's own word is part of what the digest covers.
  const { mediaType } = parseJsonObject(bytes);
  if (typeof mediaType === 'string') return mediaType;
  return header ?? 'application/octet-stream';
}
