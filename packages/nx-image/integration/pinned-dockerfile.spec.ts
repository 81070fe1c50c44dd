import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinDockerfile } from '../src/dockerfile/pin-dockerfile';
import { readDockerfile } from '../src/dockerfile/read-dockerfile';
import { pushImage } from '../testing/fixture-images';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

let server: TestRegistry;
let directory: string;
beforeAll(async () => {
  server = await startRegistry();
  directory = await mkdtemp(join(tmpdir(), 'hephy-pinned-'));
  await writeFile(join(directory, 'f'), 'f');
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Rejects where buildah does not build the text. */
async function build(text: string): Promise<void> {
  await writeFile(join(directory, 'Dockerfile'), text);
  const store = ['--root', join(directory, 'store'), '--runroot', join(directory, 'run'), '--storage-driver', 'vfs'];
  const flags = ['--isolation', 'chroot', '--tls-verify=false', '--platform', 'linux/arm64', '-q'];
  execFileSync('buildah', [...store, 'bud', ...flags, directory], { stdio: 'pipe' });
}

test('buildah builds what it refuses unpinned, and leaves stages alone that are not used', async () => {
  const base = await pushImage(server.host, 'base', undefined, {
    platform: 'linux/arm64',
    files: { b: { content: 'b' } },
  });
  const text = [
    'ARG ECR_REGISTRY',
    'FROM localhost:1/nowhere:${NOTHING} AS unused',
    'RUN false',
    'FROM --platform=$BUILDPLATFORM ${ECR_REGISTRY}:base-latest AS Build-arm64',
    'COPY f /f',
    'FROM build-${TARGETARCH} AS next',
    'COPY --from=BUILD-arm64 /f /g',
    'COPY --from=${ECR_REGISTRY}:base-latest /b /c',
  ].join('\n');
  const dockerfile = readDockerfile(text, {
    path: 'Dockerfile',
    args: new Map([['ECR_REGISTRY', `${server.host}/base`]]),
    platform: { os: 'linux', architecture: 'arm64' },
    builder: 'buildah',
  });
  expect(dockerfile.refusals).toEqual([]);
  await expect(build(text)).rejects.toThrow('Command failed');
  await build(
    pinDockerfile(dockerfile, ({ own }) => (own === undefined ? undefined : `${server.host}/base@${base.digest}`)),
  );
});
