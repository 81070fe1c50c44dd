import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestRegistry {
  /** `localhost:<port>`. */
  readonly host: string;
  /** Where its configuration, data (`data/`) and nothing else lie. */
  readonly directory: string;
  /** Ends it and removes what it kept. */
  stop(): Promise<void>;
}

export interface TestRegistryOptions {
  /** Asks for `TEST_LOGIN` by a Basic challenge. */
  readonly login?: boolean;
  /** Refuses every write. */
  readonly readOnly?: boolean;
  /** Speaks TLS by these files. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Instead of `127.0.0.1`. */
  readonly address?: string;
}

export const TEST_LOGIN = { username: 'tester', password: 'open sesame' } as const;

/** TEST_LOGIN's password; docker-registry takes bcrypt only. */
const BCRYPT = '$2b$04$n9a9Cx1dHbZKlHWC4nmJqegKHgXZ1z5pWFXXIJ1nf5COWcDl8X8k6';

/** Debian's docker-registry (the reference implementation of distribution) on a free loopback port, answering when this resolves. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'hephy-registry-'));
  const configuration = join(directory, 'config.yml');
  await writeFile(join(directory, 'htpasswd'), `${TEST_LOGIN.username}:${BCRYPT}\n`);
  await writeFile(configuration, renderConfiguration(directory, options));
  // The kernel ends it with the test process, however that ends.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'docker-registry', 'serve', configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin:/usr/local/bin' },
  });
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  const port = await new Promise<string>((resolve, reject) => {
    let output = '';
    const listen = (chunk: string): void => {
      output += chunk;
      const listening = /listening on \S+?:(\d+)(?:, tls)?(?=[\s"])/.exec(output);
      if (listening?.[1] === undefined) return;
      resolve(listening[1]);
      // It goes on to write lines for every request, which somebody must take and nobody reads.
      child.stderr.off('data', listen).resume();
    };
    child.stderr.setEncoding('utf8').on('data', listen);
    child.once('error', reject);
    child.once('close', () => {
      reject(new Error(`docker-registry ended: ${output}`));
    });
  });
  // A test that fails before it stops its registry still lets jest end.
  child.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
  return {
    host: `${options.address ?? 'localhost'}:${port}`,
    directory,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function renderConfiguration(directory: string, options: TestRegistryOptions): string {
  return JSON.stringify({
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(directory, 'data') },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: options.readOnly ?? false } },
    },
    http: {
      addr: `${options.address ?? '127.0.0.1'}:0`,
      secret: 'test',
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    },
    ...(options.login === true ? { auth: { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } } } : {}),
  });
}
