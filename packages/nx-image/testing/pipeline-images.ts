import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEngine } from './engines';
import { findOnPath } from './external-tools';

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

/** Debian's packages of a job that needs hephy: what is in Debian's image of Node, as far as git, apt and shells use it. */
const PACKAGES = [
  ...[
    'bash',
    'coreutils',
    'dash',
    'findutils',
    'grep',
    'gzip',
    'mawk',
    'sed',
    'tar',
    'xz-utils',
    'zstd',
    'rsync',
    'git',
  ],
  ...['apt', 'dpkg', 'gpgv', 'debian-archive-keyring', 'libc-bin', 'libc6', 'libgcc-s1', 'libstdc++6'],
];
/** Of no package's list, or links that packages make when they are set up. */
const BESIDE = ['/etc/apt', '/etc/passwd', '/etc/group', '/etc/nsswitch.conf', '/etc/alternatives', '/usr/bin/awk'];
const LEFT_OUT = /^\/usr\/share\/(?:doc|man|locale|info|lintian|bash-completion|perl5)\//;

/**
 * Like an image of Node on Debian: this machine's Node and packages with their libraries. Also what gitlab-ci-local needs beside a job, its --helper-image.
 * @returns its reference; undefined: this is no Debian
 */
export function importNodeImage(engine: TestEngine): string | undefined {
  if (findOnPath('dpkg-query') === undefined) return undefined;
  const listed = spawnSync('dpkg-query', ['-L', ...PACKAGES], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const files = listed.stdout.split('\n').filter((path) => path.startsWith('/') && !LEFT_OUT.test(path));
  const all = [...files, ...BESIDE, process.execPath].filter((path) => isFileOrLink(path));
  const programs = [
    'bash',
    'cp',
    'expr',
    'sort',
    'tar',
    'git',
    'rsync',
    'apt-get',
    'dpkg-deb',
    'gpgv',
    'xz',
    'zstd',
    'sed',
    'grep',
    'awk',
    'find',
  ];
  const libraries = librariesOf([
    ...programs.map((name) => findOnPath(name)).filter((path) => path !== undefined),
    ...all.filter((path) => /\/(?:apt\/methods\/[a-z]+|git-core\/git-remote-http)$/.test(path)),
    process.execPath,
  ]);
  return importRoot(engine, 'node', (at) => {
    for (const name of ['bin', 'sbin', 'lib', 'lib64'].filter((one) => lstatSync(`/${one}`).isSymbolicLink())) {
      mkdirSync(at(`usr/${name}`), { recursive: true });
      symlinkSync(`usr/${name}`, at(name));
    }
    const list = [...new Set([...all, ...libraries])].map((path) => path.slice(1)).join('\n');
    const tar = ['-C', '/', '--no-recursion', '-cf', '-', '--files-from=-'];
    const copy = spawnSync(
      'bash',
      ['--norc', '-o', 'pipefail', '-c', 'tar "$@" | tar --keep-directory-symlink -C "$ROOT" -xf -', 'sh', ...tar],
      {
        input: list,
        env: { PATH: process.env.PATH, ROOT: at('.') },
        encoding: 'utf8',
      },
    );
    if (copy.status !== 0) throw new Error(copy.stderr);
    cpSync('/etc/apt', at('etc/apt'), { recursive: true });
    cpSync('/etc/alternatives', at('etc/alternatives'), { recursive: true, verbatimSymlinks: true });
    for (const path of [
      'tmp',
      'root',
      'var/lib/dpkg',
      'var/lib/apt/lists/partial',
      'var/cache/apt/archives/partial',
      'etc/ssl/certs',
    ])
      mkdirSync(at(path), { recursive: true });
    chmodSync(at('tmp'), 0o1777);
    cpSync('/etc/ssl/certs/ca-certificates.crt', at('etc/ssl/certs/ca-certificates.crt'), { dereference: true });
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

function isFileOrLink(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isDirectory();
}

/** Of programs and libraries; what is neither has none. */
function librariesOf(paths: readonly string[]): string[] {
  const { stdout } = spawnSync('ldd', paths, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return [...new Set(stdout.match(/\/\S+(?= \()/g) ?? [])].flatMap((path) => [path, realpathSync(path)]);
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
