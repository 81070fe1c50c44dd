import { endpointOf } from './endpoint';

const hub = { registry: 'docker.io', path: 'library/alpine' };

test.each([
  [hub, {}, 'https://registry-1.docker.io', 'docker.io', 'library/alpine'],
  [hub, { mirror: 'mirror.example:8443' }, 'https://mirror.example:8443', 'mirror.example:8443', 'library/alpine'],
  [hub, { mirror: 'harbor.example/hub/' }, 'https://harbor.example', 'harbor.example', 'hub/library/alpine'],
  [hub, { mirror: 'localhost:5001' }, 'http://localhost:5001', 'localhost:5001', 'library/alpine'],
  [hub, { mirror: 'm.example', insecure: ['m.example'] }, 'http://m.example', 'm.example', 'library/alpine'],
  [{ registry: '[::1]:5000', path: 'a/b' }, {}, 'http://[::1]:5000', '[::1]:5000', 'a/b'],
  [{ registry: '[2001:db8::1]:5000', path: 'a' }, {}, 'https://[2001:db8::1]:5000', '[2001:db8::1]:5000', 'a'],
  [{ registry: 'r.example', path: 'team/a' }, { mirror: 'm.example' }, 'https://r.example', 'r.example', 'team/a'],
])('%j with %j is asked at %s', (repository, options, origin, registry, path) => {
  expect(endpointOf(repository, 'pull', options)).toMatchObject({ origin, registry, path });
});

test('a mirror is never written to', () => {
  expect(endpointOf(hub, 'push', { mirror: 'm.example' })).toMatchObject({
    origin: 'https://registry-1.docker.io',
    isMirror: false,
  });
});

test('the repository that is published to is read where it is written', () => {
  const options = { mirror: 'm.example', home: hub };
  expect(endpointOf(hub, 'pull', options).isMirror).toBe(false);
  expect(endpointOf({ ...hub, path: 'library/busybox' }, 'pull', options).isMirror).toBe(true);
});

test.each(['https://m.example', 'mirror', 'mirror/prefix', 'm.example/UP', 'm.example/../x', 'm.example:x', ''])(
  'the mirror %j is refused',
  (mirror) => {
    expect(() => endpointOf(hub, 'pull', { mirror })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error,
    );
  },
);
