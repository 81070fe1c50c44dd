import { bubblewrapArguments } from './runtime';

const command = ['/.hephy/store/executor', '--no-such-flag', '--', '-x'];

test('a root in memory, of a size', () => {
  const args = bubblewrapArguments({
    root: { kind: 'tmpfs', size: 1024 },
    mounts: [
      { kind: 'writable', source: '/w/own', target: '/.hephy' },
      { kind: 'read-only', source: '/w/-c', target: '/.hephy/context' },
      { kind: 'read-only', source: '/ca', target: '/.hephy/ca', optional: true },
    ],
    command,
  });
  expect(args.slice(0, 6)).toEqual(['--size', '1024', '--tmpfs', '/', '--dir', '/etc']);
  expect(args.join(' ')).toContain(
    '--bind /w/own /.hephy --ro-bind /w/-c /.hephy/context --ro-bind-try /ca /.hephy/ca --unshare-pid',
  );
  expect(args.slice(args.indexOf('--'))).toEqual(['--', ...command]);
});

test('a root on disk', () => {
  const args = bubblewrapArguments({ root: { kind: 'directory', path: '/w/root' }, mounts: [], command });
  expect(args.slice(0, 5)).toEqual(['--bind', '/w/root', '/', '--dir', '/etc']);
});

test('no more privileges than a container has', () => {
  const args = bubblewrapArguments({ root: { kind: 'tmpfs' }, mounts: [], command });
  const added = args.filter((_, index) => args[index - 1] === '--cap-add');
  expect(args.indexOf('--cap-drop')).toBeLessThan(args.indexOf('--cap-add'));
  expect(added).toHaveLength(14);
  expect(added).not.toContain('CAP_SYS_ADMIN');
});
