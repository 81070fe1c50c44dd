import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** Somebody at the gate: a RUN of an image, or another program of a test. */
export interface Arrival {
  /** What it said of itself. */
  readonly name: string;
  /** Lets it go on; it is to end with this code. */
  release(code?: number): void;
  /** Resolves when it is gone, released or not. */
  readonly gone: Promise<void>;
}

/** What a shell does to go through: it says a name, waits for a code, and has it in `$code`. */
export function passGate(port: string, name: string): string {
  return `exec 3<>/dev/tcp/127.0.0.1/${port} && echo "${name}" >&3 && read -r code <&3 && exec 3>&-`;
}

/** A place that what a build runs must pass. So a test knows how far it is, holds it there, and sees when it has ended: nobody looks at clocks. */
export class Gate {
  private held: { readonly name: RegExp; readonly arrive: (arrival: Arrival) => void }[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
  ) {}

  static async open(): Promise<Gate> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gate = new Gate(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => {
      gate.meet(socket);
    });
    return gate;
  }

  /** The next one of this name is held; all others pass. */
  hold(name: RegExp): Promise<Arrival> {
    return new Promise((arrive) => {
      this.held.push({ name, arrive });
    });
  }

  /** Nobody is held any more that has not arrived. */
  pass(): void {
    this.held = [];
  }

  /** How many are at the gate. */
  waiting(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private meet(socket: Socket): void {
    this.sockets.add(socket);
    const gone = new Promise<void>((resolve) => {
      socket.once('close', () => {
        this.sockets.delete(socket);
        resolve();
      });
    });
    // One that is killed resets the connection: it is gone. The interface passes the socket's error on.
    socket.on('error', () => undefined);
    const lines = createInterface({ input: socket }).on('error', () => undefined);
    lines.once('line', (name) => {
      const release = (code = 0) => socket.end(`${code}\n`);
      const held = this.held.find((one) => one.name.test(name));
      if (held === undefined) {
        release();
        return;
      }
      this.held = this.held.filter((one) => one !== held);
      held.arrive({ name, release, gone });
    });
  }
}
