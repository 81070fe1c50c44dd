import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HephyError } from '../../errors/hephy-error';
import type { Digest } from '../../oci/digest';
import { formatRepository, type Repository } from '../../oci/reference';
import type { RegistryClientOptions } from '../registry';
import type { Ask } from './ask';
import { damaged } from './failure';
import { describeNetworkError } from './network-error';
import { patienceOf, SYSTEM_CLOCK } from './patience';

/** A stream is picked up where it broke off: as often as this. */
const MAX_RESUMES = 3;

/** The blob as it comes; its last chunk is followed by an error where the digest differs. undefined: the registry has none. */
export async function streamBlob(
  ask: Ask,
  repository: Repository,
  digest: Digest,
  options: RegistryClientOptions,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const first = await openAt(ask, repository, digest, 0);
  return first === undefined ? undefined : read(first, ask, repository, digest, options);
}

interface Opened {
  readonly stream: IncomingMessage;
  /** Bytes to pass over: the registry began anew. */
  readonly skip: number;
}

async function openAt(ask: Ask, repository: Repository, digest: Digest, start: number): Promise<Opened | undefined> {
  const answer = await ask(repository, 'pull', {
    method: 'GET',
    resource: `blobs/${digest}`,
    requestClass: 'stream',
    ...(start === 0 ? {} : { headers: { range: `bytes=${start}-` } }),
  });
  if (answer.status === 404) return undefined;
  if (answer.stream === undefined) throw new Error(`HTTP ${answer.status} without a body`);
  const resumed = answer.status === 206 && answer.headers['content-range']?.startsWith(`bytes ${start}-`) === true;
  return { stream: answer.stream, skip: resumed ? 0 : start };
}

async function* read(
  first: Opened,
  ask: Ask,
  repository: Repository,
  digest: Digest,
  { signal, onNote, timeouts, clock = SYSTEM_CLOCK }: RegistryClientOptions,
): AsyncGenerator<Uint8Array> {
  const what = `${formatRepository(repository)}@${digest}`;
  const { total } = patienceOf('stream', timeouts);
  const deadline = clock.now() + total;
  const hash = createHash('sha256');
  let received = 0;
  let opened: Opened | undefined = first;
  for (let resume = 1; ; resume++) {
    const { stream } = opened;
    let { skip } = opened;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        const fresh = chunk.subarray(skip);
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        received += fresh.length;
        hash.update(fresh);
        yield fresh;
        if (clock.now() > deadline) throw new Error(`it is not here after ${Math.round(total / 60_000)} minutes`);
      }
      break;
    } catch (error) {
      signal?.throwIfAborted();
      const reason = describeNetworkError(error);
      if (resume > MAX_RESUMES || clock.now() > deadline) throw lost(what, received, reason, error);
      onNote?.(`${what}: lost after ${received} bytes (${reason}); resuming, ${resume} of ${MAX_RESUMES}`);
      opened = await openAt(ask, repository, digest, received);
      if (opened === undefined) throw lost(what, received, 'it is gone', error);
    } finally {
      stream.destroy();
    }
  }
  const actual: Digest = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw damaged(formatRepository(repository), digest, actual);
}

function lost(what: string, received: number, reason: string, cause: unknown): HephyError {
  return new HephyError(
    'REGISTRY_UNREACHABLE',
    `the connection was lost within ${what}, after ${received} bytes: ${reason}`,
    { cause, hint: 'Check the network between here and the registry, and run it again.' },
  );
}
