import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findProgram } from '../setup/find-program.mjs';

/**
 * An empty registry on loopback, a process of nobody who is measured.
 * @param {number} port 0: any that is free.
 * @returns {Promise<{ host: string, port: number, stop: () => Promise<void> }>}
 */
export async function startRegistry(port = 0) {
  const program = findProgram('docker-registry');
  if (program === undefined) throw new Error('the bench needs docker-registry: apt-get install docker-registry');
  const directory = mkdtempSync(join(tmpdir(), 'hephy-bench-registry-'));
  const configuration = join(directory, 'config.yml');
  writeFileSync(
    configuration,
    JSON.stringify({
      version: '0.1',
      log: { level: 'info', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}`, secret: 'bench' },
    }),
  );
  // Into a file: measurements keep this process too busy to empty a pipe. The kernel ends the registry with us.
  const log = join(directory, 'log');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, 'serve', configuration], {
    stdio: ['ignore', 'ignore', openSync(log, 'w')],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const bound = await readPort(child, log);
  return {
    host: `localhost:${bound}`,
    port: bound,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The port that its log says it listens on. */
async function readPort(child, log) {
  for (;;) {
    const text = readFileSync(log, 'utf8');
    const listening = /listening on 127\.0\.0\.1:(\d+)/.exec(text);
    if (listening !== null) return Number(listening[1]);
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`docker-registry ended: ${text}`);
    await setTimeout(10);
  }
}
