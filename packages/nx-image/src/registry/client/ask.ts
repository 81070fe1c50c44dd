import { formatRepository, type Repository } from '../../oci/reference';
import { HephyError } from '../../errors/hephy-error';
import type { RegistryClientOptions } from '../registry';
import { createAgents } from './agents';
import { createAuthenticator } from './authenticator';
import { endpointOf, type Access, type Endpoint } from './endpoint';
import { AnswerTooLong, exchange, type Answer, type HttpRequest, type Timeouts } from './exchange';
import { describeRequest, failureOf, unreachable } from './failure';
import { withRetries } from './retry';

export interface Question {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Below the repository, `manifests/latest`; or where the registry itself said that an upload goes on. */
  readonly resource: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The most bytes of an answer that are read; without one, 1 MiB. */
  readonly limit?: number;
  readonly stream?: boolean;
  /** Statuses that the caller reads; a 404 of PUT and POST is an error otherwise. */
  readonly reads?: readonly number[];
}

/** Asks a registry; the answer is a success, a 404 or what the question `reads`; all else is thrown. */
export type Ask = (repository: Repository, access: Access, question: Question) => Promise<Answer>;

const MAX_REDIRECTS = 5;

export function createAsk(options: RegistryClientOptions): Ask {
  const { signal, onNote, credentials } = options;
  const timeouts: Timeouts = { connect: 10_000, idle: 30_000, ...options.timeouts };
  const agentFor = createAgents();

  const sendOnce = (request: HttpRequest): Promise<Answer> =>
    withRetries(() => exchange(request, { agentFor, timeouts, signal }), {
      what: describeRequest(request.method, request.url),
      signal,
      onNote,
    });
  const authenticator = createAuthenticator(credentials, async (request) => {
    try {
      return await sendOnce(request);
    } catch (error) {
      throw explain(error, request, {
        registry: request.url.host,
        origin: request.url.origin,
        path: '',
        isMirror: false,
      });
    }
  });

  const explain = (error: unknown, { method, url }: HttpRequest, endpoint: Endpoint): unknown => {
    signal?.throwIfAborted();
    if (error instanceof HephyError) return error;
    const asked = { method, url, endpoint, source: authenticator.sourceOf(endpoint) };
    if (error instanceof AnswerTooLong) {
      return new HephyError('REGISTRY_ERROR', `${describeRequest(method, url)}: ${error.message}`);
    }
    return unreachable(asked, error);
  };

  return async (repository, access, question) => {
    const endpoint = endpointOf(repository, access, options);
    const { method, resource, headers = {}, body, limit = 1024 * 1024, stream = false, reads = [] } = question;
    const request: HttpRequest = {
      method,
      url: resource instanceof URL ? resource : new URL(`${endpoint.origin}/v2/${endpoint.path}/${resource}`),
      headers,
      limit,
      stream,
      ...(body === undefined ? {} : { body }),
    };
    const send = async (authorization: string | undefined): Promise<Answer> => {
      try {
        return await follow(request, authorization, endpoint.origin, sendOnce);
      } catch (error) {
        throw explain(error, request, endpoint);
      }
    };
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
