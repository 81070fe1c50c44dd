import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those of outgoing connections. */
const FIRST = 20_000;
const LAST = 32_000;
/** Of each of jest's workers. */
const SHARE = 1_500;
const WORKER = Number(process.env.JEST_WORKER_ID ?? '1') - 1;

const given = new Set<number>();

/**
 * A port that nobody has at this moment, on any address, and that the system gives to nobody by itself: it is still free after the server on it was killed. Nor does another file of tests
 * get it meanwhile.
 */
export async function freePort(): Promise<number> {
  const first = FIRST + ((WORKER * SHARE) % (LAST - FIRST));
  for (;;) {
    const port = randomInt(first, first + SHARE);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
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
