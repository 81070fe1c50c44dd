import { nameLoopback, type RegistryNames } from './loopback';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const names: RegistryNames = {
  step: {
    platform: { os: 'linux', architecture: 'arm64' },
    destination: 'localhost:5000/hephy:push-1-arm64',
    cacheRepository: 'localhost:5000/hephy/cache-arm64',
    mirror: 'mirror.example.com/hub',
    buildArgs: [{ name: 'ECR_REGISTRY', value: 'localhost:5000/hephy' }],
    labels: {},
    reproducible: true,
    insecure: ['10.0.0.1:5000'],
  },
  dockerfile: [
    `FROM localhost:5000/hephy@${DIGEST} AS one`,
    `FROM --platform=linux/amd64 "127.0.0.1:5001/a/b@${DIGEST}"`,
    `COPY --from=[::1]:5002/c@${DIGEST} /a /b`,
    `RUN --mount=type=bind,from=localhost:5000/hephy@${DIGEST},target=/x true`,
    `FROM quay.io/a/b@${DIGEST}`,
    'RUN curl http://localhost:5000/v2/ # localhost:5000/hephy:tag',
  ].join('\n'),
  dockerConfig: JSON.stringify({ auths: { 'localhost:5000': { auth: 'x' }, 'quay.io': { auth: 'y' } } }),
};

test('what the builder pushes to and is FROM has the address that its machine knows; all else stays', () => {
  const seen = nameLoopback(names, 'host.docker.internal');
  expect(seen.step).toEqual({
    ...names.step,
    destination: 'host.docker.internal:5000/hephy:push-1-arm64',
    cacheRepository: 'host.docker.internal:5000/hephy/cache-arm64',
    insecure: ['10.0.0.1:5000', 'host.docker.internal:5000', 'host.docker.internal:5001', 'host.docker.internal:5002'],
  });
  expect(seen.dockerfile.split('\n')).toEqual([
    `FROM host.docker.internal:5000/hephy@${DIGEST} AS one`,
    `FROM --platform=linux/amd64 "host.docker.internal:5001/a/b@${DIGEST}"`,
    `COPY --from=host.docker.internal:5002/c@${DIGEST} /a /b`,
    `RUN --mount=type=bind,from=host.docker.internal:5000/hephy@${DIGEST},target=/x true`,
    `FROM quay.io/a/b@${DIGEST}`,
    'RUN curl http://localhost:5000/v2/ # localhost:5000/hephy:tag',
  ]);
  expect(JSON.parse(seen.dockerConfig ?? '')).toEqual({
    auths: { 'host.docker.internal:5000': { auth: 'x' }, 'quay.io': { auth: 'y' } },
  });
});

test('a registry that is nobody’s loopback is named as it is', () => {
  const remote = { ...names, step: { ...names.step, destination: 'r.example.com/x:t' }, dockerfile: 'FROM scratch\n' };
  expect(nameLoopback(remote, 'h').step.destination).toBe('r.example.com/x:t');
  expect(nameLoopback({ ...remote, dockerConfig: undefined }, 'h').dockerConfig).toBeUndefined();
});
