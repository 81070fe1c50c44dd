import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEngine } from './engines';
import { findOnPath } from './external-tools';
import { isDebian, layMachineFiles } from './machine-files';

const BUSYBOX = '/bin/busybox';

/**
 * Kaniko's debug image, as its Dockerfile makes it: a shell and its tools in /busybox, which is a volume; nothing else. Differs in whose busybox it is (Debian's), and in the credential
 * helpers, which it has not.
 * @returns its reference
 */
export function importDebugImage(engine: TestEngine, executor: string): string {
  return importRoot(engine, 'kaniko-debug', (at) => {
    for (const path of ['kaniko/ssl/certs', 'kaniko/.docker', 'etc', 'workspace', 'busybox', 'bin'])
      mkdirSync(at(path), { recursive: true });
    chmodSync(at('kaniko'), 0o777);
    cpSync(executor, at('kaniko/executor'));
    chmodSync(at('kaniko/executor'), 0o755);
    cpSync('/etc/ssl/certs/ca-certificates.crt', at('kaniko/ssl/certs/ca-certificates.crt'), { dereference: true });
    cpSync(BUSYBOX, at('busybox/busybox'));
    const applets = execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).split('\n');
    for (const applet of applets.filter((name) => name !== '' && name !== 'busybox'))
      symlinkSync('busybox', at(`busybox/${applet}`));
    symlinkSync('/busybox/sh', at('bin/sh'));
    return [
      'ENTRYPOINT ["/kaniko/executor"]',
      'WORKDIR /workspace',
      ...['HOME=/root', 'USER=root', 'SSL_CERT_DIR=/kaniko/ssl/certs', 'DOCKER_CONFIG=/kaniko/.docker/'].map(
        (variable) => `ENV ${variable}`,
      ),
      'ENV PATH=/usr/local/bin:/kaniko:/busybox',
      'VOLUME /busybox',
    ];
  });
}

/** What the scripts of jobs and the runner call. */
const TOOLS = ['bash', 'coreutils', 'dash', 'findutils', 'grep', 'gzip', 'libc-bin', 'libc6', 'sed', 'tar'];
const TOOL_PROGRAMS = ['bash', 'cp', 'expr', 'find', 'grep', 'sed', 'sort', 'tar'];

/** What is in Debian's image of Node, as far as git, apt and shells use it. */
const NODE_PACKAGES = [
  ...['apt', 'debian-archive-keyring', 'dpkg', 'git', 'gpgv', 'libgcc-s1', 'libstdc++6'],
  ...['mawk', 'rsync', 'xz-utils', 'zstd'],
];
const APT_METHODS = '/usr/lib/apt/methods';
const NODE_PROGRAMS = [
  ...['apt-get', 'awk', 'dpkg-deb', 'git', 'gpgv', 'rsync', 'xz', 'zstd', process.execPath],
  ...['http', 'store', 'gpgv', 'file', 'copy'].map((method) => `${APT_METHODS}/${method}`),
  '/usr/lib/git-core/git-remote-http',
];

/**
 * Like an image of Node on Debian: this machine's Node and packages with their libraries. Also what gitlab-ci-local needs beside a job, its --helper-image.
 * @returns its reference; undefined: this is no Debian
 */
export function importNodeImage(engine: TestEngine): string | undefined {
  if (!isDebian()) return undefined;
  return importRoot(engine, 'node', (at) => {
    layMachineFiles(at, {
      packages: [...TOOLS, ...NODE_PACKAGES],
      beside: ['/usr/bin/awk', process.execPath],
      programs: [...TOOL_PROGRAMS, ...NODE_PROGRAMS],
    });
    cpSync('/etc/apt', at('etc/apt'), { recursive: true });
    cpSync('/etc/alternatives', at('etc/alternatives'), { recursive: true, verbatimSymlinks: true });
    for (const path of ['dpkg', 'apt/lists/partial']) mkdirSync(at(`var/lib/${path}`), { recursive: true });
    mkdirSync(at('var/cache/apt/archives/partial'), { recursive: true });
    // `npx` is a script of npm's, which has its own modules.
    const npm = join(realpathSync(findOnPath('npx') ?? ''), '../..');
    mkdirSync(at('usr/local/lib/node_modules'), { recursive: true });
    mkdirSync(at('usr/local/bin'), { recursive: true });
    cpSync(npm, at('usr/local/lib/node_modules/npm'), { recursive: true });
    for (const name of ['npm', 'npx'])
      symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, at(`usr/local/bin/${name}`));
    symlinkSync(process.execPath, at('usr/local/bin/node'));
    return ['ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'ENV HOME=/root'];
  });
}

/**
 * Like the image of the buildah project: buildah and a distribution's tools, chroot as its isolation.
 * @returns its reference; undefined: this is no Debian
 */
export function importBuildahImage(engine: TestEngine): string | undefined {
  if (!isDebian()) return undefined;
  return importRoot(engine, 'buildah', (at) => {
    layMachineFiles(at, {
      packages: [...TOOLS, 'buildah', 'uidmap', 'golang-github-containers-common', 'golang-github-containers-image'],
      beside: [],
      programs: [...TOOL_PROGRAMS, 'buildah', 'newuidmap', 'newgidmap'],
    });
    return [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'ENV _BUILDAH_STARTED_IN_USERNS=',
      'ENV BUILDAH_ISOLATION=chroot',
    ];
  });
}

/** An image of one layer out of files that `fill` lays down; it answers the Dockerfile instructions of its configuration. */
function importRoot(engine: TestEngine, name: string, fill: (at: (path: string) => string) => string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-image-root-'));
  try {
    const root = join(directory, 'root');
    mkdirSync(root);
    const changes = fill((path) => join(root, path));
    const tar = join(directory, 'image.tar');
    execFileSync('tar', ['-C', root, '--owner=0', '--group=0', '-cf', tar, '.']);
    const reference = `localhost/${name}:test`;
    engine.run(['import', ...changes.flatMap((change) => ['--change', change]), tar, reference]);
    return reference;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
