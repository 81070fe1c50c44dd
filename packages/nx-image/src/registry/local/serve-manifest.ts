import type { IncomingMessage } from 'node:http';
import { digestOf, type Digest } from '../../oci/digest';
import { respond, type Call } from './call';
import { checkManifest } from './check-manifest';
import type { ManifestName } from './routes';
import { SpecError } from './spec-error';

/** Registries need not take more. */
const LIMIT = 4 * 1024 * 1024;

export async function sendManifest(call: Call, name: string, reference: ManifestName): Promise<void> {
  const digest = await resolve(call, name, reference);
  const manifest = await call.store.readManifest(name, digest);
  if (manifest === undefined) throw missing(digest);
  const headers = { 'content-type': manifest.mediaType, 'docker-content-digest': digest, etag: `"${digest}"` };
  respond(call, 200, headers, manifest.bytes);
}

export async function receiveManifest(call: Call, name: string, reference: ManifestName): Promise<void> {
  const bytes = await readBounded(call.request);
  const digest = digestOf(bytes);
  if (reference.digest !== undefined && reference.digest !== digest) {
    throw new SpecError(400, 'DIGEST_INVALID', `what was sent is ${digest}`);
  }
  const mediaType = call.request.headers['content-type']?.split(';')[0]?.trim() ?? '';
  await checkManifest(call.store, name, mediaType, bytes);
  await call.store.writeManifest(name, digest, mediaType, bytes);
  if (reference.tag !== undefined) await call.store.writeTag(name, reference.tag, digest);
  respond(call, 201, { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest });
}

/** A tag goes alone; a digest takes its tags with it. */
export async function removeManifest(call: Call, name: string, reference: ManifestName): Promise<void> {
  const digest = await resolve(call, name, reference);
  if (reference.tag !== undefined) await call.store.removeTag(name, reference.tag);
  else if (await call.store.hasManifest(name, digest)) await call.store.removeManifest(name, digest);
  else throw missing(digest);
  respond(call, 202);
}

async function resolve({ store }: Call, name: string, reference: ManifestName): Promise<Digest> {
  if (reference.digest !== undefined) return reference.digest;
  const digest = await store.readTag(name, reference.tag);
  if (digest === undefined) throw missing(reference.tag);
  return digest;
}

function missing(what: string): SpecError {
  return new SpecError(404, 'MANIFEST_UNKNOWN', `there is no manifest ${what}`);
}

/** Reads to the end what is too large, too: who is still writing when the connection closes never sees our answer. */
async function readBounded(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LIMIT) chunks.push(chunk);
  }
  if (size > LIMIT) throw new SpecError(413, 'SIZE_INVALID', `a manifest has at most ${LIMIT} bytes`);
  return Buffer.concat(chunks);
}
