import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestHttpServer {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  readonly port: number;
  /** `GET /v2/ <authorization>` of every request so far, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** A server that misbehaves as a test wants it, on a free port of both loopback families. */
export async function startHttpServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestHttpServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push([method, url, headers.authorization].filter((part) => part !== undefined).join(' '));
    answer(request, response);
  });
  // After a silence a server closes a connection by which a request may be coming: no test means that.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    port,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
