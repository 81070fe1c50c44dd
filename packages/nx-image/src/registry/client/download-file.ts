import { HephyError } from '../../errors/hephy-error';
import type { RegistryClientOptions } from '../registry';
import { AnswerTooLong, exchange, type Answer } from './exchange';
import { describeNetworkError } from './network-error';
import { patienceOf, SYSTEM_CLOCK } from './patience';
import { withRetries } from './retry';
import { createRoutes } from './routes';

export type DownloadOptions = Pick<
  RegistryClientOptions,
  'env' | 'insecure' | 'signal' | 'onNote' | 'timeouts' | 'clock'
>;

const MAX_REDIRECTS = 10;

/**
 * What an address outside of registries holds, whole, at most `limit` bytes: by the same proxies, certificate authorities and retries.
 * @throws HephyError DOWNLOAD_FAILED
 */
export async function downloadFile(address: string, limit: number, options: DownloadOptions): Promise<Uint8Array> {
  const { env = {}, insecure = [], signal, onNote, timeouts, clock = SYSTEM_CLOCK } = options;
  const whole = patienceOf('stream', timeouts);
  const patience = { ...whole, answer: whole.total };
  const findRoute = createRoutes({ env, unverified: insecure, connect: patience.connect });
  let url = new URL(address);
  for (let hop = 0; ; hop++) {
    const what = `GET ${url.origin}${url.pathname}`;
    let answer: Answer;
    try {
      answer = await withRetries(
        () => exchange({ method: 'GET', url, headers: {}, limit }, { findRoute, patience, signal }),
        { what, clock, total: patience.total, signal, onNote },
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof HephyError) throw error;
      const reason = error instanceof AnswerTooLong ? error.message : describeNetworkError(error);
      throw failed(`${what}: ${reason}`, error);
    }
    const { location } = answer.headers;
    const next = [301, 302, 303, 307, 308].includes(answer.status) ? nextUrl(location, url) : undefined;
    if (next === undefined) {
      if (answer.status === 200) return answer.body;
      throw failed(`${what}: HTTP ${answer.status}`);
    }
    if (hop === MAX_REDIRECTS) throw failed(`${what}: the ${MAX_REDIRECTS}th redirect, and still no file`);
    url = next;
  }
}

/** From TLS nobody is led away. */
function nextUrl(location: string | undefined, from: URL): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const next = new URL(location, from);
  return next.protocol === 'https:' || next.protocol === from.protocol ? next : undefined;
}

function failed(message: string, cause?: unknown): HephyError {
  return new HephyError('DOWNLOAD_FAILED', message, {
    hint: 'Look whether the file is still there, and whether this machine reaches it; or take it into the context.',
    ...(cause === undefined ? {} : { cause }),
  });
}
