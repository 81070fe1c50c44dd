import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { meetFault, passOn, TOKEN, type Fault } from './meet-fault';

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

export interface FaultProxy {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** Every request so far, in order. */
  readonly requests: readonly AskedFor[];
  /** The same, as `PUT /v2/team/images/manifests/web-latest`. */
  readonly lines: readonly string[];
  /** From now on the next `times` requests of the kind meet the fault; without `times`, all. `only`: of paths that end so. */
  fail(askedFor: AskedFor, fault: Fault, times?: number, only?: string): void;
  /** Milliseconds that the registry has taken for an answer, or has not answered for until now: the most so far. */
  slowest(): number;
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
  const lines: string[] = [];
  const faults = new Map<AskedFor, { readonly fault: Fault; left: number; readonly only: string }>();
  const watchers: { readonly askedFor: AskedFor; readonly tell: () => void }[] = [];
  const waiting = new Set<number>();
  let slowest = 0;
  const watch = (answer: Promise<unknown>): void => {
    const begun = performance.now();
    waiting.add(begun);
    void answer.finally(() => {
      waiting.delete(begun);
      slowest = Math.max(slowest, performance.now() - begun);
    });
  };
  const server = createServer((request, response) => {
    const askedFor = readAskedFor(request);
    requests.push(askedFor);
    lines.push(`${request.method ?? ''} ${request.url ?? ''}`);
    for (const { tell } of watchers.filter((watcher) => watcher.askedFor === askedFor)) tell();
    const found = faults.get(askedFor);
    if (found !== undefined && (request.url ?? '').endsWith(found.only) && found.left-- > 0) {
      watch(meetFault(found.fault, request, response, upstream).catch(() => response.destroy()));
    } else if (askedFor.startsWith('token')) {
      request.resume();
      response.end(TOKEN);
    } else if (options.token === true && request.headers.authorization !== 'Bearer t') {
      request.resume();
      const realm = `http://${request.headers.host ?? ''}/token`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
    } else {
      watch(passOn(request, response, upstream));
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
    ...{ requests, lines },
    fail: (askedFor, fault, times = Number.POSITIVE_INFINITY, only = '') =>
      faults.set(askedFor, { fault, left: times, only }),
    slowest: () => Math.max(slowest, ...[...waiting].map((begun) => performance.now() - begun)),
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

function readAskedFor({ method = '', url = '' }: IncomingMessage): AskedFor {
  const path = url.split('?', 1)[0] ?? '';
  if (path === '/v2/') return 'ping';
  if (path === '/token') return `token ${method}` as AskedFor;
  if (path.endsWith('/tags/list')) return 'tag list';
  if (path.includes('/blobs/uploads/')) return (method === 'PUT' ? 'blob PUT' : `upload ${method}`) as AskedFor;
  if (path.includes('/blobs/')) return `blob ${method}` as AskedFor;
  return `${path.includes('/manifests/sha256:') ? 'manifest' : 'tag'} ${method}` as AskedFor;
}
