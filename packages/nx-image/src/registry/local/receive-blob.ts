import type { Digest } from '../../oci/digest';
import { respond, type Call } from './call';
import { parseDigest } from './routes';

/** POST: a mount of what is here already, a whole blob, or the start of an upload. */
export async function startUpload(call: Call, name: string): Promise<void> {
  const { query, store, uploads } = call;
  const mount = query.get('mount');
  if (mount !== null) {
    const digest = parseDigest(mount);
    // Blobs are shared by all repositories: whatever it is mounted from, it is here.
    if ((await store.blobSize(digest)) !== undefined) {
      respondCreated(call, name, digest);
      return;
    }
  }
  const whole = query.get('digest');
  const digest = whole === null ? undefined : parseDigest(whole);
  const id = await uploads.start(name);
  if (digest === undefined) respondUpload(call, name, id, 202);
  else await finishUpload(call, name, id, digest);
}

export async function appendToUpload(call: Call, name: string, id: string): Promise<void> {
  await call.uploads.append(name, id, call.request);
  respondUpload(call, name, id, 202);
}

/** PUT: the last bytes, or none. */
export async function completeUpload(call: Call, name: string, id: string): Promise<void> {
  await finishUpload(call, name, id, parseDigest(call.query.get('digest')));
}

export async function cancelUpload(call: Call, name: string, id: string): Promise<void> {
  await call.uploads.cancel(name, id);
  respond(call, 204);
}

export function respondUpload(call: Call, name: string, id: string, status: 202 | 204): void {
  const size = call.uploads.sizeOf(name, id);
  respond(call, status, {
    location: `/v2/${name}/blobs/uploads/${id}`,
    'docker-upload-uuid': id,
    range: `0-${Math.max(size - 1, 0)}`,
  });
}

async function finishUpload(call: Call, name: string, id: string, digest: Digest): Promise<void> {
  await call.uploads.append(name, id, call.request);
  await call.uploads.finish(name, id, digest);
  respondCreated(call, name, digest);
}

function respondCreated(call: Call, name: string, digest: Digest): void {
  respond(call, 201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
}
