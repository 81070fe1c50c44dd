import { request } from 'node:http';
import { ID_HEADER } from './identity';

/** Who has a port: the registry with this id, somebody else, or nobody. */
export type PortOwner = 'ours' | 'other' | 'nobody';

/** A server under load may take its time; one that says nothing for this long is not ours. */
const TIMEOUT = 5_000;

/**
 * Both loopback addresses count: `localhost` may be either. Ours takes `::1` first and answers nobody before it has both: its answer there says that it has come
 * to the other meanwhile.
 */
export async function ping(port: number, id: string, signal: AbortSignal | undefined): Promise<PortOwner> {
  const owner = await pingAddress('127.0.0.1', port, id, signal);
  return owner === 'nobody' ? pingAddress('::1', port, id, signal) : owner;
}

function pingAddress(host: string, port: number, id: string, signal: AbortSignal | undefined): Promise<PortOwner> {
  return new Promise((resolve, reject) => {
    const abortable = signal === undefined ? {} : { signal };
    const outgoing = request({ host, port, path: '/v2/', agent: false, timeout: TIMEOUT, ...abortable });
    outgoing.once('response', (incoming) => {
      resolve(incoming.headers[ID_HEADER] === id ? 'ours' : 'other');
      incoming.destroy();
    });
    outgoing.once('timeout', () => outgoing.destroy());
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (signal?.aborted === true) reject(error);
      // Without IPv6 nobody has an address there.
      else resolve(NOBODY.has(error.code ?? '') ? 'nobody' : 'other');
    });
    outgoing.end();
  });
}

const NOBODY = new Set(['ECONNREFUSED', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH', 'EHOSTUNREACH']);
