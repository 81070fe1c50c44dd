import { createServer, request as requestUpstream, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a registry is asked, as a fault can meet it. */
export type AskedFor =
  | 'ping'
  | 'token GET'
  | 'token POST'
  | 'manifest HEAD'
  | 'manifest GET'
  | 'manifest PUT'
  | 'manifest DELETE'
  | 'tag HEAD'
  | 'tag GET'
  | 'tag PUT'
  | 'tag list'
  | 'blob HEAD'
  | 'blob GET'
  | 'upload POST'
  | 'upload PATCH'
  | 'blob PUT'
  | 'upload DELETE';

/** `lost`: what was asked is done, its answer is not heard. The others do nothing of what was asked, but for those of the answer's body. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: () => Readonly<Record<string, string>>;
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

export interface FaultProxy {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** Every request so far, in order. */
  readonly requests: readonly AskedFor[];
  /** From now on the next `times` requests of the kind meet the fault; without `times`, all. */
  fail(askedFor: AskedFor, fault: Fault, times?: number): void;
  /** Resolves when a request of the kind has come, from now on. */
  seen(askedFor: AskedFor): Promise<void>;
  stop(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Wants a bearer token, which it gives to everybody at `/token`. */
  readonly token?: boolean;
}

/** Real TCP before a real registry: every request goes through, but those that meet a fault. */
export async function startFaultProxy(upstream: string, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  const requests: AskedFor[] = [];
  const faults = new Map<AskedFor, { readonly fault: Fault; left: number }>();
  const watchers: { readonly askedFor: AskedFor; readonly tell: () => void }[] = [];
  const server = createServer((request, response) => {
    const askedFor = readAskedFor(request);
    requests.push(askedFor);
    for (const { tell } of watchers.filter((watcher) => watcher.askedFor === askedFor)) tell();
    const found = faults.get(askedFor);
    if (found !== undefined && found.left-- > 0) {
      void meet(found.fault, request, response, upstream);
    } else if (askedFor.startsWith('token')) {
      request.resume();
      response.end(TOKEN);
    } else if (options.token === true && request.headers.authorization !== 'Bearer t') {
      request.resume();
      const realm = `http://${request.headers.host ?? ''}/token`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
    } else {
      void forward(request, upstream).then((answer) => {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    }
  });
  server.keepAliveTimeout = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (askedFor, fault, times = Number.POSITIVE_INFINITY) => faults.set(askedFor, { fault, left: times }),
    seen: (askedFor) => new Promise((tell) => watchers.push({ askedFor, tell })),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const TOKEN = JSON.stringify({ token: 't', access_token: 't', expires_in: 3600 });

function readAskedFor({ method = '', url = '' }: IncomingMessage): AskedFor {
  const path = url.split('?', 1)[0] ?? '';
  if (path === '/v2/') return 'ping';
  if (path === '/token') return `token ${method}` as AskedFor;
  if (path.endsWith('/tags/list')) return 'tag list';
  if (path.includes('/blobs/uploads/')) return (method === 'PUT' ? 'blob PUT' : `upload ${method}`) as AskedFor;
  if (path.includes('/blobs/')) return `blob ${method}` as AskedFor;
  return `${path.includes('/manifests/sha256:') ? 'manifest' : 'tag'} ${method}` as AskedFor;
}

interface Forwarded {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

async function forward(request: IncomingMessage, upstream: string): Promise<Forwarded> {
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

async function meet(fault: Fault, request: IncomingMessage, response: ServerResponse, upstream: string): Promise<void> {
  const { socket } = request;
  switch (fault.kind) {
    case 'reset':
      return void socket.resetAndDestroy();
    case 'silence':
      return void request.resume();
    case 'garbage':
      return void socket.end('SSH-2.0-OpenSSH_9.2p1\r\n');
    case 'status':
      if (fault.done === true) await forward(request, upstream);
      else request.resume();
      return void response.writeHead(fault.status, fault.headers?.() ?? {}).end();
    case 'redirect loop':
      request.resume();
      return void response.writeHead(307, { location: request.url ?? '' }).end();
    case 'reset in headers':
      request.resume();
      return void socket.write('HTTP/1.1 200 OK\r\nContent-Ty', () => socket.resetAndDestroy());
    case 'lost':
      await forward(request, upstream);
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
    request.url?.startsWith('/token') === true ? tokenAnswer() : await forward(request, upstream);
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
