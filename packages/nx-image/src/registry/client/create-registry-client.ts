import { setMaxListeners } from 'node:events';
import type { RegistryClient, RegistryClientOptions } from '../registry';
import { createAsk } from './ask';
import { getBlob, hasBlob, headBlob } from './blobs';
import { deleteManifest, getManifest, headManifest, putManifest } from './manifests';
import { streamBlob } from './stream-blob';
import { listTags } from './tags';
import { putBlob, tryPush } from './uploads';

/** One client for a run: connections, tokens and what is known of each registry are shared by all its requests. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  // Every request in flight listens; there may be many.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const ask = createAsk(options);
  return {
    headManifest: (reference) => headManifest(ask, reference),
    getManifest: (reference) => getManifest(ask, reference),
    hasBlob: (repository, digest) => hasBlob(ask, repository, digest),
    headBlob: (repository, digest) => headBlob(ask, repository, digest),
    getBlob: (repository, digest) => getBlob(ask, repository, digest),
    streamBlob: (repository, digest) => streamBlob(ask, repository, digest, options),
    putManifest: (reference, mediaType, bytes) => putManifest(ask, reference, mediaType, bytes),
    deleteManifest: (repository, digest) => deleteManifest(ask, repository, digest),
    putBlob: (repository, bytes) => putBlob(ask, repository, bytes),
    tryPush: (repository) => tryPush(ask, repository),
    transportOf: (repository) => ask.transportOf(repository),
    listTags: (repository) => listTags(ask, repository),
  };
}
