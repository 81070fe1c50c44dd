import { buildResult, digestOf, imageResult, manifestResult } from '../../testing/results';
import { runLines, type Laptop } from './run-line';

const docker: Laptop = { engine: 'docker', platform: 'linux/amd64', insecure: [] };
const podman: Laptop = { ...docker, engine: 'podman', insecure: ['registry.local'] };

function line(laptop: Laptop, build: Parameters<typeof buildResult>[0] = {}, repository = 'localhost:5000/hephy') {
  return runLines(
    [imageResult({ repository, builds: [buildResult({ tags: ['in-0a', 'web-20261122-1a2b3c4-amd64'], ...build })] })],
    laptop,
  );
}

test.each<[string, readonly string[], string]>([
  ['by its tag', line(docker), 'docker run --rm -it localhost:5000/hephy:web-20261122-1a2b3c4-amd64'],
  [
    'of another platform',
    line(docker, { platform: 'linux/arm64' }),
    'docker run --rm -it --platform linux/arm64 localhost:5000/hephy:web-20261122-1a2b3c4-amd64',
  ],
  [
    'by its digest where it was reused',
    line(podman, { outcome: 'reused', tags: [] }),
    `podman run --rm -it --tls-verify=false localhost:5000/hephy@${digestOf('4f')}`,
  ],
  [
    'with its ports on loopback, those of root moved up',
    line(docker, { exposes: ['80/tcp', '443', '8080/tcp', '53/udp', 'x', '1-2/tcp'] }, 'registry.local/hephy'),
    'docker run --rm -it -p 127.0.0.1:8080:80 -p 127.0.0.1:8443:443 -p 127.0.0.1:8080:8080 -p 127.0.0.1:8053:53/udp registry.local/hephy:web-20261122-1a2b3c4-amd64',
  ],
  [
    'from a registry without TLS',
    line(podman, {}, 'registry.local/hephy'),
    'podman run --rm -it --tls-verify=false registry.local/hephy:web-20261122-1a2b3c4-amd64',
  ],
  [
    'from this machine, where the engine is in a virtual machine',
    line({ ...podman, loopback: 'host.containers.internal' }),
    'podman run --rm -it --tls-verify=false host.containers.internal:5000/hephy:web-20261122-1a2b3c4-amd64',
  ],
  ['from one with', line(podman, {}, 'a.b/hephy'), 'podman run --rm -it a.b/hephy:web-20261122-1a2b3c4-amd64'],
])('%s', (_, lines, expected) => {
  expect(lines).toEqual([expected]);
});

test('none where the build failed, where there are several platforms, or an index', () => {
  expect(line(docker, { outcome: 'failed', digest: undefined })).toEqual([]);
  const build = buildResult();
  expect(runLines([imageResult({ builds: [build, { ...build, platform: 'linux/arm64' }] })], docker)).toEqual([]);
  expect(runLines([imageResult({ builds: [build], manifest: manifestResult() })], docker)).toEqual([]);
  expect(runLines([imageResult()], docker)).toEqual([]);
});
