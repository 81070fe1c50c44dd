import { HephyError } from '../../errors/hephy-error';
import { digestOf, type Digest } from '../../oci/digest';
import { formatRepository, type Repository } from '../../oci/reference';
import type { Ask } from './ask';
import { hasBlobAt } from './blobs';
import type { Answer } from './exchange';
import { describeRequest, parseSpecErrors } from './failure';

/** Begins an upload, and cancels it: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push */
export async function tryPush(ask: Ask, repository: Repository): Promise<'allowed' | 'not known'> {
  const answer = await begin(ask, repository, [400, 404, 501]);
  if (answer.status >= 300) return 'not known';
  const location = locationOf(answer);
  if (location === undefined) return 'allowed';
  try {
    const reads = [400, 401, 403, 405, 501];
    await ask(repository, 'push', { method: 'DELETE', resource: location, reads, retries: 0 });
  } catch (error) {
    // What was begun ends by itself in the registry. Its refusal says nothing of pushing.
    if (!(error instanceof HephyError)) throw error;
  }
  return 'allowed';
}

export async function putBlob(ask: Ask, repository: Repository, bytes: Uint8Array): Promise<Digest> {
  const digest = digestOf(bytes);
  if (await hasBlobAt(ask, repository, digest, 'push')) return digest;
  // An upload whose end was lost may be used up, and nothing there: then there is a second one.
  for (const reads of [[404], []]) {
    const location = locationOf(await begin(ask, repository));
    if (location === undefined) {
      throw new HephyError('REGISTRY_ERROR', `${formatRepository(repository)} does not say where an upload goes`);
    }
    location.searchParams.set('digest', digest);
    const answer = await ask(repository, 'push', {
      method: 'PUT',
      resource: location,
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
      requestClass: 'blob',
      hasArrived: () => hasBlobAt(ask, repository, digest, 'push', 0),
      reads,
    });
    if (answer.status !== 404) break;
  }
  return digest;
}

/** 405 is of a registry that is read-only, whoever asks. */
async function begin(ask: Ask, repository: Repository, reads: readonly number[] = []): Promise<Answer> {
  const answer = await ask(repository, 'push', {
    method: 'POST',
    resource: 'blobs/uploads/',
    body: new Uint8Array(),
    reads: [405, ...reads],
  });
  const words = parseSpecErrors(answer.body);
  const what = `${describeRequest('POST', answer.url)}: HTTP ${answer.status} ${words}`.trim();
  if (answer.status === 405) {
    throw new HephyError('REGISTRY_DENIED', `${what}: the registry takes nothing`, {
      hint: `It is read-only for everybody, maybe for maintenance: ask who runs ${repository.registry}.`,
    });
  }
  if (answer.status === 404 && words.includes('NAME_UNKNOWN')) {
    throw new HephyError('REGISTRY_ERROR', what, {
      hint: `The repository ${repository.path} does not exist in ${repository.registry}: create it.`,
    });
  }
  return answer;
}

/** Where the registry says that an upload goes on. Behind a proxy that ends TLS it may have the scheme wrong. */
function locationOf(answer: Answer): URL | undefined {
  const { location } = answer.headers;
  if (location === undefined || !URL.canParse(location, answer.url.href)) return undefined;
  const url = new URL(location, answer.url);
  if (url.hostname === answer.url.hostname) url.protocol = answer.url.protocol;
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}
