import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLaptopEngine } from './find-laptop-engine';

const directory = mkdtempSync(join(tmpdir(), 'hephy-laptop-'));
const socket = join(directory, 'docker.sock');
let server: Server;
beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

function pathWith(...names: readonly string[]): string {
  const bin = mkdtempSync(join(directory, 'bin-'));
  for (const name of names) {
    writeFileSync(join(bin, name), '');
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

const both = { PATH: pathWith('docker', 'podman') };

test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
  ['docker where it answers', both, [join(directory, 'none'), socket], 'docker'],
  ['podman where docker does not', both, [join(directory, 'none')], 'podman'],
  ['docker where it is all there is', { PATH: pathWith('docker') }, [], 'docker'],
  ['podman where it is all there is', { PATH: pathWith('podman') }, [socket], 'podman'],
  ['docker where there is nothing', { PATH: pathWith() }, [], 'docker'],
  ['by DOCKER_HOST', { ...both, DOCKER_HOST: `unix://${socket}` }, [], 'docker'],
  ['by a DOCKER_HOST that is dead', { ...both, DOCKER_HOST: 'unix:///none' }, [socket], 'podman'],
  ['docker where somebody says that it is elsewhere', { ...both, DOCKER_HOST: 'tcp://10.0.0.1:2376' }, [], 'docker'],
  ['docker where somebody chose a context', { ...both, DOCKER_CONTEXT: 'there' }, [], 'docker'],
])('%s', async (_, env, sockets, expected) => {
  await expect(findLaptopEngine(env, sockets)).resolves.toBe(expected);
});
