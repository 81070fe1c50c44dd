import { connect } from 'node:net';
import { join } from 'node:path';
import { findOnPath } from './find-program';

const PATIENCE = 500;

/** The engine to try an image with: docker where something answers at its socket, else podman where it is, else docker. No program is started. */
export async function findLaptopEngine(
  env: Readonly<Record<string, string | undefined>>,
  sockets: readonly string[] = [
    '/var/run/docker.sock',
    ...(env.HOME === undefined ? [] : [join(env.HOME, '.docker/run/docker.sock')]),
  ],
): Promise<'docker' | 'podman'> {
  const [docker, podman] = await Promise.all([findOnPath('docker', env), findOnPath('podman', env)]);
  if (docker === undefined || podman === undefined) return podman === undefined ? 'docker' : 'podman';
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = env;
  const socket = /^unix:\/\/(\/.*)$/.exec(host ?? '')?.[1];
  // Somebody's engine elsewhere: whoever says where it is means to use it.
  if (socket === undefined && ((host ?? '') !== '' || (context ?? '') !== '')) return 'docker';
  const answers = await Promise.all((socket === undefined ? sockets : [socket]).map(listens));
  return answers.includes(true) ? 'docker' : 'podman';
}

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PATIENCE, () => {
      end(false);
    });
    socket.once('connect', () => {
      end(true);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}
