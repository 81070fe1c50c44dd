import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Patience } from './patience';
import type { FindRoute, Route } from './routes';
import { ProxyTrouble } from './tunnel';

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

/** The answer is longer than the caller reads. */
export class AnswerTooLong extends Error {
  constructor(
    readonly limit: number,
    readonly status: number,
  ) {
    super(`the answer is longer than ${limit} bytes`);
  }
}

export interface Surroundings {
  readonly findRoute: FindRoute;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
  /** Nothing has come for `patience.note` milliseconds. */
  readonly onWait?: () => void;
}

/** One request, one answer: no redirects, no retries. Rejects with the error of the connection, or at once with the signal's reason. */
export async function exchange(request: HttpRequest, surroundings: Surroundings): Promise<Answer> {
  const { findRoute, signal } = surroundings;
  const route = await findRoute(request.url);
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const end = send(request, route, surroundings, {
      resolve: (answer) => {
        release();
        resolve(answer);
      },
      reject: (error) => {
        release();
        reject(error);
      },
    });
    // A request that waits for a socket would not hear of it.
    const onAbort = () => {
      end(signal?.reason as Error);
    };
    const release = () => {
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

interface Settle {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Answers what ends it. */
function send(
  request: HttpRequest,
  { agent, secure, proxy, target }: Route,
  { patience, signal, onWait }: Surroundings,
  settle: Settle,
): (error: Error) => void {
  const { method, url, body } = request;
  const outgoing = (secure ? requestHttps : requestHttp)({
    ...target,
    method,
    agent,
    headers: {
      host: url.host,
      'user-agent': 'hephy',
      ...request.headers,
      ...target.headers,
      ...(body === undefined ? {} : { 'content-length': String(body.length) }),
    },
    // Of a stream as well, after this has answered.
    ...(signal === undefined ? {} : { signal }),
  });
  let answering: IncomingMessage | undefined;
  const timers: NodeJS.Timeout[] = [];
  const stopTimers = () => {
    for (const timer of timers.splice(0)) clearTimeout(timer);
  };
  const fail = (error: unknown) => {
    stopTimers();
    settle.reject(error as Error);
  };
  const end = (error: Error) => {
    fail(error);
    (answering ?? outgoing).destroy(error);
  };
  const timedOut = (what: string, after: number) => {
    end(Object.assign(new Error(`${what} for ${after} ms`), { code: 'ETIMEDOUT' }));
  };
  outgoing.on('error', fail);
  outgoing.setTimeout(patience.idle, () => {
    timedOut('no byte came', patience.idle);
  });
  outgoing.once('socket', (socket) => {
    timers.push(
      setTimeout(() => onWait?.(), patience.note),
      setTimeout(() => {
        timedOut('no whole answer came', patience.answer);
      }, patience.answer),
    );
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      timedOut('no connection stood', patience.connect);
    }, patience.connect);
    timers.push(timer);
    const clear = () => {
      clearTimeout(timer);
    };
    socket.once(secure ? 'secureConnect' : 'connect', clear).once('close', clear);
  });
  outgoing.once('response', (incoming) => {
    answering = incoming;
    const answer = { status: incoming.statusCode ?? 0, headers: incoming.headers, url };
    if (answer.status === 407 && proxy !== undefined) {
      end(new ProxyTrouble(proxy, 407, 'it answers with HTTP 407'));
    } else if (request.stream === true && (answer.status === 200 || answer.status === 206)) {
      stopTimers();
      settle.resolve({ ...answer, body: Buffer.alloc(0), stream: incoming });
    } else {
      readBody(incoming, request.limit).then((bytes) => {
        stopTimers();
        settle.resolve({ ...answer, body: bytes });
      }, fail);
    }
  });
  outgoing.end(body);
  return end;
}

async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new AnswerTooLong(limit, incoming.statusCode ?? 0);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
