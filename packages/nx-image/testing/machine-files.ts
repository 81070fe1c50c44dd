import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { findOnPath } from './external-tools';

/** Files of this machine, a Debian, for a root of its own. */
export interface MachineFiles {
  /** Debian's: all of their files, but for documents. */
  readonly packages: readonly string[];
  /** Files of no package's list, and what packages link when they are set up. */
  readonly beside: readonly string[];
  /** Programs by name or path: their libraries come, too. */
  readonly programs: readonly string[];
}

const LEFT_OUT = /^\/usr\/share\/(?:doc|man|locale|info|lintian|bash-completion|perl5)\//;
/** So that users have names, and hosts addresses. */
const ALWAYS = ['/etc/passwd', '/etc/group', '/etc/nsswitch.conf'];

/** Whether this machine can say which files packages have. */
export function isDebian(): boolean {
  return findOnPath('dpkg-query') !== undefined;
}

/** Lays them down, with certificates and what every program takes for granted. `at`: a path of the new root. */
export function layMachineFiles(at: (path: string) => string, { packages, beside, programs }: MachineFiles): void {
  const listed = spawnSync('dpkg-query', ['-L', ...packages], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const files = listed.stdout.split('\n').filter((path) => path.startsWith('/') && !LEFT_OUT.test(path));
  const all = [...files, ...ALWAYS, ...beside].filter((path) => isFileOrLink(path));
  const named = programs.flatMap((name) => (name.startsWith('/') ? name : (findOnPath(name) ?? [])));
  for (const name of ['bin', 'sbin', 'lib', 'lib64'].filter((one) => lstatSync(`/${one}`).isSymbolicLink())) {
    mkdirSync(at(`usr/${name}`), { recursive: true });
    symlinkSync(`usr/${name}`, at(name));
  }
  copy([...new Set([...all, ...librariesOf(named)])], at('.'));
  for (const path of ['tmp', 'var/tmp', 'root', 'etc/ssl/certs']) mkdirSync(at(path), { recursive: true });
  for (const path of ['tmp', 'var/tmp']) chmodSync(at(path), 0o1777);
  cpSync('/etc/ssl/certs/ca-certificates.crt', at('etc/ssl/certs/ca-certificates.crt'), { dereference: true });
}

function copy(paths: readonly string[], root: string): void {
  const tar = ['-C', '/', '--no-recursion', '-cf', '-', '--files-from=-'];
  const { status, stderr } = spawnSync(
    'bash',
    ['--norc', '-o', 'pipefail', '-c', 'tar "$@" | tar --keep-directory-symlink -C "$ROOT" -xf -', 'sh', ...tar],
    {
      input: paths.map((path) => path.slice(1)).join('\n'),
      env: { PATH: process.env.PATH, ROOT: root },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
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
