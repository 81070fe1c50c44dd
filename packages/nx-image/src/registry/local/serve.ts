import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { FileStore } from './file-store';
import { handleRequest } from './handle-request';
import { Idleness } from './idleness';
import { ensureId, ID_HEADER, readId, removeState, writeState } from './identity';
import { Uploads } from './uploads';

export interface ServeOptions {
  readonly directory: string;
  readonly port: number;
  readonly idleMinutes: number;
  readonly onNote: (note: string) => void;
}

export interface RunningServer {
  /** Resolves when the server has ended, by itself or because it was told to. */
  readonly ended: Promise<void>;
  stop(reason: string): void;
}

/** The last is the one that is asked whether we are there: when it answers, all are bound. */
const ADDRESSES = ['::1', '127.0.0.1'] as const;

/** How long requests under way may take to end. */
const GRACE = 5_000;

/** Serves the directory on loopback until it is idle for too long, or its directory is gone. Rejects with EADDRINUSE where the port is taken. */
export async function serve({ directory, port, idleMinutes, onNote }: ServeOptions): Promise<RunningServer> {
  const id = await ensureId(directory);
  const store = new FileStore(directory);
  const uploads = new Uploads(store);
  const idle = idleMinutes * 60_000;
  // Not by the clock of the day: a laptop that slept has not been idle.
  const idleness = new Idleness(idle, Math.min(Math.max(idle / 4, 50), 15_000), performance.now());
  let active = 0;

  const answer: RequestListener = (request, response) => {
    active++;
    response.once('close', () => {
      active--;
      idleness.used(performance.now());
    });
    response.setHeader(ID_HEADER, id).setHeader('docker-distribution-api-version', 'registry/2.0');
    // Nobody takes us for running before our state is written.
    ready
      .then(() => handleRequest({ request, response, store, uploads }))
      .catch((error: unknown) => {
        const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
        onNote(`${request.method ?? ''} ${request.url ?? ''}: ${what}`);
      });
  };
  const listening = listen(answer, port);
  const ready = listening.then(() =>
    writeState(directory, { pid: process.pid, port, started: new Date().toISOString(), idleMinutes }),
  );
  await ready;
  const bound = await listening;
  await store.removeAbandonedUploads(Date.now());
  onNote(`serving ${directory} on port ${port}`);

  let stopping = false;
  let finish: () => void;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    clearInterval(watch);
    onNote(`ending: ${reason}`);
    void end(bound, directory).then(finish);
  };
  const watch = setInterval(() => {
    if (idleness.isOver(performance.now()) && active === 0) stop(`idle for ${idleMinutes} minutes`);
    readId(directory).then(
      (now) => {
        if (now !== id) stop('its directory is gone');
      },
      (error: unknown) => {
        stop(`its directory cannot be read: ${String(error)}`);
      },
    );
  }, idleness.interval);
  return { ended, stop };
}

/** Both loopback addresses, so that `localhost` is one server whichever it resolves to; one, where the machine has no IPv6. */
async function listen(answer: RequestListener, port: number): Promise<readonly Server[]> {
  const bound: Server[] = [];
  for (const host of ADDRESSES) {
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, answer);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen({ host, port }, resolve);
      });
      bound.push(server);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (host === '::1' && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) continue;
      for (const other of bound) other.close();
      throw error;
    }
  }
  return bound;
}

async function end(servers: readonly Server[], directory: string): Promise<void> {
  const timer = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, GRACE);
  await Promise.all(
    servers.map((server) => {
      const closed = once(server, 'close');
      server.close();
      return closed;
    }),
  );
  clearTimeout(timer);
  await removeState(directory, process.pid);
}
