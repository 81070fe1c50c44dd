import { spawn, spawnSync } from 'node:child_process';
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
    const port = await findFreePort();
    const isolation = [
      ...['--bind', directory, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', WorkingDir],
      ...['--unshare-pid', '--unshare-ipc', '--new-session', '--die-with-parent', '--cap-drop', 'ALL'],
      ...['--clearenv', ...Env.flatMap((variable) => ['--setenv', ...splitOnce(variable, '=')])],
    ];
    const user = chooseUser(bubblewrap, isolation, User);
    const child = spawn(bubblewrap, [...isolation, ...user, ...Entrypoint, '-p', `127.0.0.1:${port}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
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

/** As the user that the image names; where no user namespaces are to be had, as root without capabilities. */
function chooseUser(bubblewrap, isolation, imageUser) {
  const [uid, gid] = imageUser.split(':');
  const choices = [['--unshare-user', '--uid', uid, '--gid', gid], ...(process.getuid?.() === 0 ? [[]] : [])];
  const reasons = [];
  for (const choice of choices) {
    const { status, stderr } = spawnSync(bubblewrap, [...isolation, ...choice, '/bin/true'], { encoding: 'utf8' });
    if (status === 0) return choice;
    reasons.push(stderr.trim());
  }
  throw new Error(`bubblewrap cannot make a root here: ${reasons.join(' ')}`);
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
