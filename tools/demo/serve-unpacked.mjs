import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../setup/find-program.mjs';
import { unpackImage } from './unpack-image.mjs';

/** Runs the image without a container engine: unpacked into a directory that bubblewrap makes its root, as the user it names. */
export async function serveUnpacked(image) {
  const bubblewrap = findProgram('bwrap');
  if (bubblewrap === undefined)
    throw new Error('there is neither a container engine that runs the image nor bubblewrap (bwrap)');
  const directory = mkdtempSync(join(tmpdir(), 'hephy-demo-'));
  const removeDirectory = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const { Entrypoint, Env, User, WorkingDir } = await unpackImage(image, directory);
    const [uid, gid] = User.split(':');
    const port = await findFreePort();
    const child = spawn(
      bubblewrap,
      [
        ...['--bind', directory, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', WorkingDir],
        ...[
          '--unshare-user',
          '--uid',
          uid,
          '--gid',
          gid,
          '--unshare-pid',
          '--unshare-ipc',
          '--new-session',
          '--die-with-parent',
        ],
        ...['--clearenv', ...Env.flatMap((variable) => ['--setenv', ...splitOnce(variable, '=')])],
        ...[...Entrypoint, '-p', `127.0.0.1:${port}`],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', (error) => {
      stderr += error.message;
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    return {
      where: 'unpacked, in bubblewrap',
      port,
      ended: () =>
        child.exitCode === null && child.signalCode === null
          ? undefined
          : `${child.signalCode ?? `exit code ${child.exitCode}`}; ${stderr.trim()}`,
      stop: async () => {
        child.kill('SIGKILL');
        await closed;
        removeDirectory();
      },
    };
  } catch (error) {
    removeDirectory();
    throw error;
  }
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => {
        resolve(port);
      });
    });
  });
}
