import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { makeRepository, type MadeRepository, type RepositoryFiles } from './git-repository';

export interface GitServer {
  /** `http://127.0.0.1:<port>`, with TLS `https://…`; a repository is `<url>/<name>.git`. */
  readonly url: string;
  /** Where the bare repositories lie. */
  readonly directory: string;
  /** `GET /name.git/info/refs?service=…`, in order; emptied by `forget`. */
  readonly requests: readonly string[];
  readonly forget: () => void;
  /** From now on as a server that gives what a ref names and no commit by its id. */
  readonly refuseIds: (refuse: boolean) => void;
  /** From now on asks for this user and password. */
  readonly demand: (credentials: string | undefined) => void;
  /** Called with each request from now on, before it is answered. */
  readonly watch: (watcher: (request: IncomingMessage) => void) => void;
  readonly stop: () => Promise<void>;
}

/** Files of a certificate and its key, for TLS. */
export interface GitServerTls {
  readonly certificate: string;
  readonly key: string;
}

export type ServedRepository = MadeRepository & { readonly name: string; readonly url: string };

export interface ServedGit {
  readonly base: string;
  readonly server: () => GitServer;
  readonly newRepository: (files?: RepositoryFiles) => ServedRepository;
}

/** A server for all tests of a file, and a directory of their own: both are there from before the first test until after the last. */
export function serveGit(): ServedGit {
  const base = mkdtempSync(join(tmpdir(), 'hephy-sources-'));
  let server: GitServer | undefined;
  beforeAll(async () => {
    server = await startGitServer();
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(base, { recursive: true });
  });
  const running = (): GitServer => {
    if (server === undefined) throw new Error('the git server is there in tests only');
    return server;
  };
  let count = 0;
  return {
    base,
    server: running,
    newRepository: (files) => {
      const name = `r${++count}`;
      const { directory, url } = running();
      return { ...makeRepository(directory, name, files), name, url: `${url}/${name}.git` };
    },
  };
}

/** Serves bare repositories over smart HTTP with git's own `http-backend`. */
export async function startGitServer(tls?: GitServerTls): Promise<GitServer> {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-git-server-'));
  const backend = join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend');
  const requests: string[] = [];
  const state = { refuseIds: false, credentials: undefined as string | undefined };
  let watch: (request: IncomingMessage) => void = () => undefined;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    watch(request);
    const wanted = `Basic ${Buffer.from(state.credentials ?? '').toString('base64')}`;
    if (state.credentials !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    } else {
      serve(backend, directory, state.refuseIds, request, response);
    }
  };
  const server =
    tls === undefined
      ? createServer(answer)
      : createTlsServer({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }, answer);
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    directory,
    requests,
    forget: () => {
      requests.length = 0;
    },
    refuseIds: (refuse) => {
      state.refuseIds = refuse;
    },
    demand: (credentials) => {
      state.credentials = credentials;
    },
    watch: (watcher) => {
      watch = watcher;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** One request as CGI: https://git-scm.com/docs/git-http-backend#_environment */
function serve(
  backend: string,
  directory: string,
  refuseIds: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://server');
  // Protocol version 2 gives any commit; version 0 only by configuration, and by default none.
  const protocol = refuseIds ? undefined : request.headers['git-protocol'];
  const child = spawn(backend, {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
      ...(protocol === undefined ? {} : { GIT_PROTOCOL: String(protocol) }),
    },
  });
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  body.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  child.stderr.resume();
  let head = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    let status = 200;
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => response.end());
  // Who asked may have been ended in the middle of it.
  response.on('close', () => child.kill());
}
