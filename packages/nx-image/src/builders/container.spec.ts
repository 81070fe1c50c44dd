import { containerArguments, type ContainerRun } from './container';

const run: ContainerRun = {
  name: 'hephy-0123456789ab',
  labels: { 'hephy.owner': '1:2:boot' },
  image: 'sha256:abc',
  hostNetwork: true,
  hostUsers: false,
  mounts: [
    { kind: 'read-only', source: '/w/a, b "c"', target: '/.hephy/context' },
    { kind: 'writable', source: '/w/-digest', target: '/.hephy/out/digest' },
  ],
  store: '/.hephy/store',
  env: { HOME: '/.hephy/store/home' },
  passed: ['HTTPS_PROXY', 'AWS_SECRET_ACCESS_KEY'],
  command: ['/kaniko/executor', '--context=dir:///x', '-x'],
};

test('a container that is the build’s own', () => {
  const args = containerArguments(run);
  expect(args.slice(0, 3)).toEqual(['create', '--name=hephy-0123456789ab', '--label=hephy.owner=1:2:boot']);
  expect(args).toContain('--network=host');
  expect(args).not.toContain('--userns=host');
  expect(args.slice(args.indexOf('--tmpfs=/.hephy:mode=0700'))).toEqual([
    '--tmpfs=/.hephy:mode=0700',
    '--volume=/.hephy/store',
    '--mount=type=bind,"source=/w/a, b ""c""",target=/.hephy/context,readonly',
    '--mount=type=bind,source=/w/-digest,target=/.hephy/out/digest',
    '--env=HOME=/.hephy/store/home',
    '--env=HTTPS_PROXY',
    '--env=AWS_SECRET_ACCESS_KEY',
    '--entrypoint=/kaniko/executor',
    'sha256:abc',
    '--context=dir:///x',
    '-x',
  ]);
});

test('no more privileges than docker gives, whichever engine it is', () => {
  const args = containerArguments(run);
  expect(args.indexOf('--cap-drop=ALL')).toBeLessThan(args.indexOf('--cap-add=CHOWN'));
  expect(args.filter((arg) => arg.startsWith('--cap-add='))).toHaveLength(14);
  expect(args.join(' ')).not.toMatch(/privileged|--init|SYS_ADMIN/);
});

test('in a virtual machine it has a network of its own', () => {
  const args = containerArguments({ ...run, hostNetwork: false, hostUsers: true });
  expect(args.join(' ')).not.toContain('--network');
  expect(args).toContain('--userns=host');
});
