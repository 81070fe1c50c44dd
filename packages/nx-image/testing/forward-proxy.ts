import { createServer, STATUS_CODES, request as requestUpstream } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ForwardProxy {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** `CONNECT r.test:443` and `GET http://r.test/v2/` of every request so far that was let through, or refused with its status. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

export interface ForwardProxyOptions {
  /** Where a host and port really are: names of the test's own need no DNS. */
  readonly hosts: Readonly<Record<string, string>>;
  /** `user:password` that is wanted. */
  readonly login?: string;
}

/** A proxy as companies have it: CONNECT for TLS, whole URLs for plain HTTP. What it does not know, it refuses with 403. */
export async function startForwardProxy({ hosts, login }: ForwardProxyOptions): Promise<ForwardProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const refuse = (
    what: string,
    wanted: string | undefined,
    authorization: string | undefined,
  ): 403 | 407 | undefined => {
    const expected = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    const status = authorization !== expected && expected !== undefined ? 407 : wanted === undefined ? 403 : undefined;
    requests.push(status === undefined ? what : `${what}: ${status}`);
    return status;
  };
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const target = URL.canParse(url) ? new URL(url) : undefined;
    const real = target && hosts[target.host];
    const status = refuse(`${method} ${url.split('?', 1)[0] ?? ''}`, real, headers['proxy-authorization']);
    if (status !== undefined || target === undefined || real === undefined) {
      response.writeHead(status ?? 400, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    const hop = ['proxy-authorization', 'proxy-connection'];
    const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.includes(name)));
    const [hostname, port] = real.split(':');
    const outgoing = requestUpstream({ hostname, port, method, path: target.pathname + target.search, headers: rest });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    request.pipe(outgoing);
  });
  server.on('connect', (request, socket: Socket) => {
    const { url = '', headers } = request;
    const real = hosts[url];
    const status = refuse(`CONNECT ${url}`, real, headers['proxy-authorization']);
    if (status !== undefined || real === undefined) {
      // Go's programs show nothing but the phrase.
      const phrase = STATUS_CODES[status ?? 403] ?? '';
      socket.end(
        `HTTP/1.1 ${status ?? 403} ${phrase}\r\nproxy-authenticate: Basic realm="proxy"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
      return;
    }
    const [hostname = '', port] = real.split(':');
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
