import { request as requestUpstream, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** `lost`: what was asked is done, its answer is not heard. The others do nothing of what was asked, but for those of the answer's body. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: () => Readonly<Record<string, string>>;
      readonly body?: string;
      /** What was asked is done all the same. */
      readonly done?: boolean;
    }
  | {
      readonly kind:
        | 'lost'
        | 'reset'
        | 'reset in headers'
        | 'reset in body'
        | 'truncated'
        | 'too short'
        | 'silence'
        | 'silence in body'
        | 'trickle'
        | 'garbage'
        | 'damaged'
        | 'redirect loop';
    };

export const TOKEN = JSON.stringify({ token: 't', access_token: 't', expires_in: 3600 });

interface Forwarded {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/** As it was asked, to the registry. */
export async function forwardRequest(request: IncomingMessage, upstream: string): Promise<Forwarded> {
  const [hostname, port] = upstream.split(':');
  const { method, url } = request;
  const body = await buffer(request);
  return new Promise((resolve, reject) => {
    // The host stays as it was asked: the registry says by it where an upload goes on.
    const outgoing = requestUpstream(
      { hostname, port, method, path: url, headers: request.headers, agent: false },
      (incoming) => {
        buffer(incoming).then((answered) => {
          const own = ['connection', 'transfer-encoding'];
          const rest = Object.entries(incoming.headers).filter(([name]) => !own.includes(name));
          const headers = Object.fromEntries(rest) as Forwarded['headers'];
          resolve({ status: incoming.statusCode ?? 0, headers, body: answered });
        }, reject);
      },
    );
    outgoing.once('error', reject).end(body);
  });
}

/** Answers as the registry does. Of a client that goes away meanwhile, as one that is killed does, nothing is left but its connection. */
export async function passOn(request: IncomingMessage, response: ServerResponse, upstream: string): Promise<void> {
  await forwardRequest(request, upstream).then(
    ({ status, headers, body }) => response.writeHead(status, headers).end(body),
    () => response.destroy(),
  );
}

/** Does to the connection what the fault is; rejects where the client goes away meanwhile. */
export async function meetFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  upstream: string,
): Promise<void> {
  const { socket } = request;
  switch (fault.kind) {
    case 'reset':
      return void socket.resetAndDestroy();
    case 'silence':
      return void request.resume();
    case 'garbage':
      return void socket.end('SSH-2.0-OpenSSH_9.2p1\r\n');
    case 'status':
      if (fault.done === true) await forwardRequest(request, upstream);
      else request.resume();
      return void response.writeHead(fault.status, fault.headers?.() ?? {}).end(fault.body);
    case 'redirect loop':
      request.resume();
      return void response.writeHead(307, { location: request.url ?? '' }).end();
    case 'reset in headers':
      request.resume();
      return void socket.write('HTTP/1.1 200 OK\r\nContent-Ty', () => socket.resetAndDestroy());
    case 'lost':
      await forwardRequest(request, upstream);
      return void socket.resetAndDestroy();
    case 'trickle':
      request.resume();
      trickle(socket);
      return;
    default:
      return spoil(fault.kind, request, response, upstream);
  }
}

/** Faults within the body of a real answer. */
async function spoil(
  kind: 'reset in body' | 'truncated' | 'too short' | 'silence in body' | 'damaged',
  request: IncomingMessage,
  response: ServerResponse,
  upstream: string,
): Promise<void> {
  const { socket } = request;
  const { status, headers, body } =
    request.url?.startsWith('/token') === true ? tokenAnswer() : await forwardRequest(request, upstream);
  const half = body.subarray(0, body.length >> 1);
  if (kind === 'damaged') {
    const damaged = Buffer.from(body);
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
    response.writeHead(status, headers).end(damaged);
    return;
  }
  const length = kind === 'too short' ? half.length : body.length;
  response.writeHead(status, { ...headers, 'content-length': String(length), connection: 'close' });
  response.write(half, () => {
    if (kind === 'reset in body') socket.resetAndDestroy();
    if (kind === 'truncated' || kind === 'too short') socket.end();
  });
}

function tokenAnswer(): Forwarded {
  return { status: 200, headers: { 'content-length': String(TOKEN.length) }, body: Buffer.from(TOKEN) };
}

/** Never idle, never done. */
function trickle(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
  const timer = setInterval(() => socket.write('x'), 20);
  socket.once('close', () => {
    clearInterval(timer);
  });
}
