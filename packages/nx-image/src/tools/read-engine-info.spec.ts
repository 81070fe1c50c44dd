import { readDockerInfo, readPodmanInfo } from './read-engine-info';

const SOCKET = 'unix:///var/run/docker.sock';
const docker = (more: object = {}) =>
  JSON.stringify({ ServerVersion: '20.10.24', OSType: 'linux', OperatingSystem: 'Debian GNU/Linux 12', ...more });
const podman = (host: object = {}) =>
  JSON.stringify({
    host: { serviceIsRemote: false, security: { rootless: false }, ...host },
    version: { Version: '4.3.1' },
  });

describe('docker', () => {
  test('on Linux shares the machine’s network', () => {
    expect(readDockerInfo(docker(), SOCKET, true)).toEqual({
      name: 'docker',
      version: '20.10.24',
      loopback: { kind: 'host' },
      rootless: false,
      remapsUsers: false,
    });
  });

  test.each([
    ['macOS', 'Docker Desktop', false],
    ['Docker Desktop on Linux', 'Docker Desktop', true],
    ['Colima', 'Ubuntu 24.04', false],
  ])('%s: its virtual machine has a name for ours', (_, OperatingSystem, linux) => {
    expect(
      readDockerInfo(docker({ OperatingSystem }), 'unix:///Users/me/.docker/run/docker.sock', linux),
    ).toMatchObject({
      loopback: { kind: 'named', host: 'host.docker.internal' },
    });
  });

  test.each([
    ['rootless', { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'] }, { rootless: true }],
    ['remapped users', { SecurityOptions: ['name=userns'] }, { remapsUsers: true }],
  ])('%s', (_, more, expected) => {
    expect(readDockerInfo(docker(more), SOCKET, true)).toMatchObject(expected);
  });

  test.each([
    ['no answer', docker({ ServerVersion: '', ServerErrors: ['Cannot connect'] }), SOCKET, /does not answer/],
    ['no JSON', 'x', SOCKET, /does not answer/],
    ['null', 'null', SOCKET, /does not answer/],
    ['TCP', docker(), 'tcp://docker:2375', /behind tcp:\/\/docker:2375.*files are not/],
    ['SSH', docker(), 'ssh://me@build', /behind ssh:\/\/me@build/],
    ['no endpoint', docker(), '', /files are not/],
    ['Windows containers', docker({ OSType: 'windows' }), SOCKET, /runs windows containers/],
    ['podman-docker', podman(), SOCKET, /podman under another name/],
  ])('of no use: %s', (_, info, endpoint, why) => {
    expect(readDockerInfo(info, endpoint, true)).toMatch(why);
  });
});

describe('podman', () => {
  test('rootful, rootless, in its virtual machine', () => {
    expect(readPodmanInfo(podman(), true)).toMatchObject({ name: 'podman', version: '4.3.1', rootless: false });
    expect(readPodmanInfo(podman({ security: { rootless: true } }), true)).toMatchObject({
      rootless: true,
      loopback: { kind: 'host' },
    });
    expect(readPodmanInfo(podman({ serviceIsRemote: true }), false)).toMatchObject({
      loopback: { kind: 'named', host: 'host.containers.internal' },
    });
  });

  test('of no use', () => {
    expect(readPodmanInfo(podman({ serviceIsRemote: true }), true)).toMatch(/another machine/);
    expect(readPodmanInfo('{}', true)).toMatch(/does not answer/);
  });
});
