import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const child = spawn(program, ['serve', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const bound = await new Promise((resolve, reject) => {
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      output = (output + chunk).slice(-10_000);
      const listening = /listening on 127\.0\.0\.1:(\d+)/.exec(output);
      if (listening !== null) resolve(Number(listening[1]));
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`docker-registry ended: ${output}`)));
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    host: `localhost:${bound}`,
    port: bound,
    stop: async () => {
      process.removeListener('exit', kill);
      kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
