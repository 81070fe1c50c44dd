import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AgentFor } from './agents';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The most bytes of an answer that are read. */
  readonly limit: number;
  /** Leave the body of a success to the caller, as `stream`. */
  readonly stream?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** What answered, after redirects. */
  readonly url: URL;
  readonly stream?: IncomingMessage;
}

export interface Timeouts {
  /** Milliseconds until a connection stands, TLS included. */
  readonly connect: number;
  /** Milliseconds without a byte. */
  readonly idle: number;
}

/** The answer is longer than the caller reads. */
export class AnswerTooLong extends Error {
  constructor(readonly limit: number) {
    super(`the answer is longer than ${limit} bytes`);
  }
}

/** One request, one answer: no redirects, no retries. Rejects with the error of the connection. */
export function exchange(
  request: HttpRequest,
  { agentFor, timeouts, signal }: { agentFor: AgentFor; timeouts: Timeouts; signal: AbortSignal | undefined },
): Promise<Answer> {
  const { method, url, body } = request;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? requestHttps : requestHttp)(url, {
      method,
      agent: agentFor(url),
      headers: {
        'user-agent': 'hephy',
        ...request.headers,
        ...(body === undefined ? {} : { 'content-length': String(body.length) }),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    let answering: IncomingMessage | undefined;
    const fail = (what: string, after: number) => {
      (answering ?? outgoing).destroy(Object.assign(new Error(`${what} for ${after} ms`), { code: 'ETIMEDOUT' }));
    };
    outgoing.once('error', reject);
    outgoing.setTimeout(timeouts.idle, () => {
      fail('no byte came', timeouts.idle);
    });
    outgoing.once('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => {
        fail('no connection stood', timeouts.connect);
      }, timeouts.connect);
      const clear = () => {
        clearTimeout(timer);
      };
      socket.once(secure ? 'secureConnect' : 'connect', clear).once('close', clear);
    });
    outgoing.once('response', (incoming) => {
      answering = incoming;
      const answer = { status: incoming.statusCode ?? 0, headers: incoming.headers, url };
      if (request.stream === true && (answer.status === 200 || answer.status === 206)) {
        resolve({ ...answer, body: Buffer.alloc(0), stream: incoming });
      } else {
        readBody(incoming, request.limit).then((bytes) => {
          resolve({ ...answer, body: bytes });
        }, reject);
      }
    });
    outgoing.end(body);
  });
}

async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new AnswerTooLong(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
