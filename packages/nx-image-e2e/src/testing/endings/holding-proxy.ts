import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { freePort } from '../../../../nx-image/testing/free-port';

/** What a request asks for: `PUT manifests/web-latest` of `hephy` or of a builder. */
export interface Asked {
  readonly method: string;
  /** Behind the repository. */
  readonly resource: string;
  /** hephy itself; else its builder or publisher. */
  readonly ours: boolean;
}

export interface Held {
  readonly asked: Asked;
  /** Sends it on to the registry. */
  pass(): void;
}

interface Wanted {
  readonly matches: (asked: Asked) => boolean;
  readonly resolve: (held: Held) => void;
}

/** A way to the registry on which a test holds a request, loses the registry, or has it fall silent. */
export class HoldingProxy {
  /** All that was asked, in order. */
  readonly log: Asked[] = [];
  private wanted: Wanted | undefined;
  private silent = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly target: string,
    readonly port: number,
  ) {}

  static async open(target: string): Promise<HoldingProxy> {
    const server = createServer({ keepAliveTimeout: 0 });
    // It is left and taken again: no connection that goes out may have it meanwhile.
    const port = await freePort();
    await listen(server, port);
    const proxy = new HoldingProxy(server, target, port);
    server.on('connection', (socket) => {
      proxy.sockets.add(socket);
      socket.once('close', () => proxy.sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      proxy.take(request, response);
    });
    return proxy;
  }

  /** `localhost:<port>`, which builders know as a registry without TLS. */
  get host(): string {
    return `localhost:${this.port}`;
  }

  /** The next such request is held; all others pass. */
  hold(matches: (asked: Asked) => boolean): Promise<Held> {
    return new Promise((resolve) => {
      this.wanted = { matches, resolve };
    });
  }

  /** Nothing is held any more that has not come. */
  letAll(): void {
    this.wanted = undefined;
  }

  /** From now on nobody answers: neither what is held nor what comes. */
  fallSilent(): void {
    this.silent = true;
  }

  /** As a server that is killed: every connection is reset, and nobody listens. */
  async lose(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  /** As it was in the beginning. */
  async recover(): Promise<void> {
    this.letAll();
    this.silent = false;
    if (!this.server.listening) await listen(this.server, this.port);
  }

  async close(): Promise<void> {
    if (this.server.listening) await this.lose();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const asked = {
      method,
      resource: /\/((?:manifests|blobs|tags)\/[^?]*)/.exec(url)?.[1] ?? url,
      ours: headers['user-agent'] === 'hephy',
    };
    this.log.push(asked);
    const pass = (): void => {
      this.pass(request, response);
    };
    if (this.silent) return;
    if (this.wanted?.matches(asked) !== true) {
      pass();
      return;
    }
    const { resolve } = this.wanted;
    this.wanted = undefined;
    resolve({ asked, pass });
  }

  private pass(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request;
    const onward = ask(`http://${this.target}${url ?? ''}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  }
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
