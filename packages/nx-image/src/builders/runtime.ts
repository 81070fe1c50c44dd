/** The directory, in the builder's root, that holds all that is ours. No image writes there. */
export const OWN_DIRECTORY = '/.hephy';

/** Something of the machine that the builder sees. */
export interface Mount {
  readonly kind: 'read-only' | 'writable';
  readonly source: string;
  /** Absolute, within the builder's root. */
  readonly target: string;
  /** Whether it may be missing on the machine. */
  readonly optional?: boolean;
}

/** Where the builder unpacks images. `size`: bytes; undefined: half of the memory. */
export type RuntimeRoot =
  { readonly kind: 'tmpfs'; readonly size?: number } | { readonly kind: 'directory'; readonly path: string };

export interface BubblewrapRun {
  readonly root: RuntimeRoot;
  readonly mounts: readonly Mount[];
  /** The program, as the builder's root has it, and its arguments. */
  readonly command: readonly string[];
}

/** Docker's default set, https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities: what Kaniko has in its container. */
export const CAPABILITIES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'NET_BIND_SERVICE'],
  ...['NET_RAW', 'SYS_CHROOT', 'MKNOD', 'AUDIT_WRITE', 'SETFCAP'],
];

/**
 * Everything behind `bwrap`: a root of its own, with the network and the name lookup of the machine and nothing else of it.
 * What the environment holds is not here: arguments can be read by everybody on the machine.
 */
export function bubblewrapArguments({ root, mounts, command }: BubblewrapRun): readonly string[] {
  return [
    ...rootArguments(root),
    // The parents of mount points are private to root otherwise, and an image's /etc would become so.
    ...['--dir', '/etc'],
    ...['--proc', '/proc', '--dev', '/dev', '--ro-bind-try', '/sys', '/sys'],
    // Mounts, because plain files go with the first stage.
    ...['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf', '--ro-bind-try', '/etc/hosts', '/etc/hosts'],
    ...mounts.flatMap(({ kind, optional, source, target }) => [
      `--${kind === 'read-only' ? 'ro-' : ''}bind${optional === true ? '-try' : ''}`,
      source,
      target,
    ]),
    ...['--unshare-pid', '--unshare-ipc', '--die-with-parent', '--chdir', '/'],
    ...['--cap-drop', 'ALL', ...CAPABILITIES.flatMap((name) => ['--cap-add', `CAP_${name}`])],
    '--',
    ...command,
  ];
}

function rootArguments(root: RuntimeRoot): readonly string[] {
  if (root.kind === 'directory') return ['--bind', root.path, '/'];
  return [...(root.size === undefined ? [] : ['--size', `${root.size}`]), '--tmpfs', '/'];
}
