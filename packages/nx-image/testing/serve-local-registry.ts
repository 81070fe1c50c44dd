import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { serve, type RunningServer } from '../src/registry/local/serve';
import { freePort } from './free-port';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ServedLocalRegistry {
  /** `localhost:<port>`. */
  readonly host: () => string;
  /** What it keeps. */
  readonly directory: string;
  /** For what tests write besides. */
  readonly root: string;
  /** Of a path as it stands: nothing is resolved or encoded. */
  readonly ask: (method: string, path: string, body?: string, headers?: Record<string, string>) => Promise<Reply>;
}

/** The local registry, in this process, for all tests of a file: it notes nothing but its begin and its end. */
export function serveLocalRegistry(): ServedLocalRegistry {
  const root = mkdtempSync(join(tmpdir(), 'hephy-local-'));
  const directory = join(root, 'registry');
  const notes: string[] = [];
  let running: { readonly server: RunningServer; readonly port: number } | undefined;
  beforeAll(async () => {
    const port = await freePort();
    const server = await serve({ directory, port, idleMinutes: 15, onNote: (note) => notes.push(note) });
    running = { server, port };
  });
  afterAll(async () => {
    running?.server.stop('the tests are over');
    await running?.server.ended;
    rmSync(root, { recursive: true });
    expect(notes.filter((note) => !/^(serving|ending)/.test(note))).toEqual([]);
  });
  const portOf = (): number => {
    if (running === undefined) throw new Error('the local registry is there in tests only');
    return running.port;
  };
  const ask: ServedLocalRegistry['ask'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const options = { method, hostname: 'localhost', port: portOf(), path, headers, agent: false };
      const outgoing = request(options, (incoming) => {
        text(incoming).then((read) => {
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: read });
        }, reject);
      });
      outgoing.once('error', reject).end(body);
    });
  return { host: () => `localhost:${portOf()}`, directory, root, ask };
}
