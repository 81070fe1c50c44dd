import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HephyError } from '../../errors/hephy-error';
import { digestOf, hexOf, type Digest } from '../../oci/digest';
import { formatRepository, type Repository } from '../../oci/reference';
import type { Ask } from './ask';
import { describeNetworkError } from './network-error';

const SMALL = 8 * 1024 * 1024;

export async function hasBlob(ask: Ask, repository: Repository, digest: Digest): Promise<boolean> {
  const answer = await ask(repository, 'pull', { method: 'HEAD', resource: `blobs/${digest}` });
  return answer.status !== 404;
}

export async function getBlob(ask: Ask, repository: Repository, digest: Digest): Promise<Uint8Array | undefined> {
  const answer = await ask(repository, 'pull', { method: 'GET', resource: `blobs/${digest}`, limit: SMALL });
  if (answer.status === 404) return undefined;
  const actual = digestOf(answer.body);
  if (actual !== digest) throw damaged(repository, digest, actual);
  return new Uint8Array(answer.body);
}

export async function streamBlob(
  ask: Ask,
  repository: Repository,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const answer = await ask(repository, 'pull', { method: 'GET', resource: `blobs/${digest}`, stream: true });
  if (answer.status === 404) return undefined;
  if (answer.stream === undefined) throw new Error(`HTTP ${answer.status} without a body`);
  return verify(answer.stream, repository, digest, signal);
}

async function* verify(
  stream: IncomingMessage,
  repository: Repository,
  digest: Digest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new HephyError(
      'REGISTRY_UNREACHABLE',
      `the connection was lost within ${formatRepository(repository)}@${digest}: ${describeNetworkError(error)}`,
      { cause: error, hint: 'Try again.' },
    );
  } finally {
    stream.destroy();
  }
  const actual: Digest = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw damaged(repository, digest, actual);
}

function damaged(repository: Repository, digest: Digest, actual: Digest): HephyError {
  return new HephyError(
    'REGISTRY_ERROR',
    `${formatRepository(repository)} sent ${hexOf(actual).slice(0, 12)}… for the blob ${digest}`,
    { hint: 'Something between here and the registry changes what it sends, or the registry is damaged.' },
  );
}
