import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port that nobody has at this moment, on any address, and that the system gives to nobody by itself: it is below those of outgoing
 * connections, so that it is still free after the server on it was killed.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, () =>
      server.close(() => {
        resolve(true);
      }),
    );
  });
}
