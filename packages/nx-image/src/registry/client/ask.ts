import { formatRepository, type Repository } from '../../oci/reference';
import { HephyError } from '../../errors/hephy-error';
import { DamagedContent } from '../damaged-content';
import type { RegistryClientOptions, RegistryTransport } from '../registry';
import { createAuthenticator } from './authenticator';
import { endpointOf, type Access, type Endpoint } from './endpoint';
import { AnswerTooLong, exchange, type Answer, type HttpRequest } from './exchange';
import { describeRequest, failureOf, unreachable } from './failure';
import { patienceOf, SYSTEM_CLOCK, type RequestClass } from './patience';
import { withRetries } from './retry';
import { createRoutes } from './routes';
import { createSchemes } from './schemes';

export interface Question {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Below the repository, `manifests/latest`; or where the registry itself said that an upload goes on. */
  readonly resource: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The most bytes of an answer that are read; without one, 1 MiB. */
  readonly limit?: number;
  readonly requestClass?: RequestClass;
  /** Statuses that the caller reads; a 404 of PUT and POST is an error otherwise. */
  readonly reads?: readonly number[];
  /** Tries after the first; without it, three. */
  readonly retries?: number;
  /** Whether a refusal may be gone in a moment, and is worth asking again. */
  readonly passing?: (answer: Answer) => boolean;
  /** Asked when the answer of a PUT was lost: whether it has arrived. Throws where that cannot be known. */
  readonly hasArrived?: () => Promise<boolean>;
}

/** Asks a registry; the answer is a success, a 404 or what the question `reads`; all else is thrown. */
export interface Ask {
  (repository: Repository, access: Access, question: Question): Promise<Answer>;
  readonly transportOf: (repository: Repository) => Promise<RegistryTransport>;
}

interface Sending {
  readonly endpoint: Endpoint;
  readonly requestClass: RequestClass;
  readonly retries?: number;
  readonly passing?: (answer: Answer) => boolean;
  readonly settled?: () => Promise<Answer | undefined>;
}

const MAX_REDIRECTS = 5;

export function createAsk(options: RegistryClientOptions): Ask {
  const { signal, onNote, credentials, clock = SYSTEM_CLOCK, insecure = [], env = {} } = options;
  const { connect } = patienceOf('small', options.timeouts);
  const findRoute = createRoutes({ env, unverified: insecure, connect });

  const sendOnce = async (request: HttpRequest, sending: Sending): Promise<Answer> => {
    const { endpoint, requestClass, retries, passing, settled } = sending;
    const patience = patienceOf(requestClass, options.timeouts);
    const what = describeRequest(request.method, request.url);
    const onWait = () => onNote?.(`${what}: no answer for ${Math.round(patience.note / 1000)} s, still waiting`);
    const attempt = (left: number) => {
      const answer = Math.min(patience.answer, left);
      return exchange(request, { findRoute, patience: { ...patience, answer }, signal, onWait });
    };
    try {
      return await withRetries(attempt, {
        ...{ what, clock, total: patience.total, signal, onNote },
        ...(retries === undefined ? {} : { retries }),
        ...(passing === undefined ? {} : { passing }),
        ...(settled === undefined ? {} : { settled }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof HephyError) throw error;
      const { method, url } = request;
      if (error instanceof AnswerTooLong) throw tooLong(error, what);
      throw unreachable({ method, url, endpoint, source: authenticator.sourceOf(endpoint) }, error);
    }
  };
  const authenticator = createAuthenticator(credentials, (request) => {
    const { host, origin } = request.url;
    return sendOnce(request, {
      endpoint: { registry: host, origin, path: '', isMirror: false },
      requestClass: 'small',
    });
  });
  const schemes = createSchemes({
    insecure,
    signal,
    ask: (url) =>
      exchange(
        { method: 'GET', url, headers: {}, limit: 1024 * 1024 },
        { findRoute, patience: patienceOf('small', options.timeouts), signal },
      ),
  });

  const ask = async (repository: Repository, access: Access, question: Question): Promise<Answer> => {
    const endpoint = await schemes.settle(endpointOf(repository, access, options));
    const { method, resource, headers = {}, body, limit = 1024 * 1024, requestClass = 'small', reads = [] } = question;
    const { hasArrived, passing } = question;
    const request: HttpRequest = {
      method,
      url: resource instanceof URL ? resource : new URL(`${endpoint.origin}/v2/${endpoint.path}/${resource}`),
      headers,
      limit,
      stream: requestClass === 'stream',
      ...(body === undefined ? {} : { body }),
    };
    const sending: Sending = {
      endpoint,
      requestClass,
      ...(question.retries === undefined ? {} : { retries: question.retries }),
      ...(passing === undefined ? {} : { passing }),
      ...(hasArrived === undefined ? {} : { settled: () => settledBy(hasArrived, request.url) }),
    };
    const send = (authorization: string | undefined): Promise<Answer> =>
      follow(request, authorization, endpoint.origin, (hop) => sendOnce(hop, sending));
    const authorization = await authenticator.current(endpoint, access);
    let answer = await send(authorization);
    if (answer.status === 401) {
      const renewed = await authenticator.renew(endpoint, access, authorization, answer);
      if (renewed !== undefined) answer = await send(renewed);
    }
    if (answer.status === 404 && endpoint.isMirror) {
      onNote?.(
        `${formatRepository(repository)}: ${String(resource)} is not in the mirror ${endpoint.registry}, the only one asked`,
      );
    }
    const { status } = answer;
    const isAbsent = status === 404 && method !== 'PUT' && method !== 'POST';
    if ((status >= 200 && status < 300) || isAbsent || reads.includes(status)) return answer;
    throw failureOf({ method, url: answer.url, endpoint, source: authenticator.sourceOf(endpoint) }, answer);
  };
  const transportOf = async (repository: Repository): Promise<RegistryTransport> => {
    const { origin, registry } = await schemes.settle(endpointOf(repository, 'push', options));
    if (!origin.startsWith('https:')) return 'http';
    return insecure.includes(registry) ? 'unverified' : 'https';
  };
  return Object.assign(ask, { transportOf });
}

/** What is too long to be what was asked for; of an error, however long, it is the status that counts. */
function tooLong({ status, message }: AnswerTooLong, what: string): HephyError {
  if (status === 200) return new DamagedContent(`${what}: ${message}`);
  return new HephyError('REGISTRY_ERROR', `${what}: HTTP ${status}, and ${message}`);
}

/** Who cannot be asked has not said yes. */
async function settledBy(hasArrived: () => Promise<boolean>, url: URL): Promise<Answer | undefined> {
  const arrived = await hasArrived().catch((error: unknown) => {
    if (error instanceof HephyError) return false;
    throw error;
  });
  return arrived ? { status: 201, headers: {}, body: Buffer.alloc(0), url } : undefined;
}

/** Follows redirects of reads; Authorization stays with the registry's own origin. */
async function follow(
  request: HttpRequest,
  authorization: string | undefined,
  origin: string,
  send: (request: HttpRequest) => Promise<Answer>,
): Promise<Answer> {
  let { url } = request;
  for (let hop = 0; ; hop++) {
    const mayKnow = authorization !== undefined && url.origin === origin;
    const headers = mayKnow ? { ...request.headers, authorization } : request.headers;
    const answer = await send({ ...request, url, headers });
    const { location } = answer.headers;
    const redirected = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined;
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (!redirected || !reading || hop === MAX_REDIRECTS) return answer;
    if (!URL.canParse(location, url.href)) return answer;
    const next = new URL(location, url);
    if (next.protocol !== 'https:' && next.protocol !== 'http:') return answer;
    url = next;
  }
}
