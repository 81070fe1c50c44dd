import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findOnPath } from '../../../nx-image/testing/external-tools';
import { pushIndex } from '../../../nx-image/testing/fixture-images';
import { HOST_ARCHITECTURE } from '../../../nx-image/testing/host-shell';
import { pushTarImage } from '../../../nx-image/testing/tar-image';
import { CHECKOUT } from './documents';
import { busyboxArchive } from './golang-image';

const PROGRAMS = ['node', 'git', 'sh', 'env', 'ln', 'uname'];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * What stands in for Debian's image of Node, under a name of Docker Hub: of this machine's architecture its own Node.js, npm and git with their libraries; of the other one Debian's busybox,
 * which is enough for what only adds files to it.
 */
export async function pushNodeBase(host: string, path: string, tag: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'hephy-node-'));
  try {
    const other = HOST_ARCHITECTURE === 'amd64' ? 'arm64' : 'amd64';
    const children = [
      await pushTarImage(host, path, { platform: `linux/${HOST_ARCHITECTURE}`, layers: [ownTar(scratch)] }),
      await pushTarImage(host, path, { platform: `linux/${other}`, layers: [busyboxArchive(other)] }),
    ];
    await pushIndex(host, path, tag, children);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function ownTar(scratch: string): string {
  const root = join(scratch, 'root');
  const at = (name: string) => join(root, name);
  for (const name of ['usr/local/bin', 'usr/local/lib/node_modules', 'usr/bin', 'tmp', 'root', 'etc']) {
    mkdirSync(at(name), { recursive: true });
  }
  // What they are started with, and whatever nx's own library needs.
  const files = PROGRAMS.map((name) => findOnPath(name) ?? name);
  const addon = join(CHECKOUT, `node_modules/@nx/nx-linux-${process.arch}-gnu/nx.linux-${process.arch}-gnu.node`);
  const libraries = [...files, addon].flatMap(
    (file) => execFileSync('ldd', [file], { encoding: 'utf8' }).match(/\/\S+(?= \()/g) ?? [],
  );
  for (const file of new Set([...libraries, CERTIFICATES])) copy(file, at(file));
  for (const file of files) copy(file, at(join('usr/bin', file.split('/').at(-1) ?? '')));
  if (!existsSync(at('bin'))) symlinkSync('usr/bin', at('bin'));
  const npm = dirname(dirname(realpathSync(findOnPath('npm') ?? 'npm')));
  cpSync(npm, at('usr/local/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, at(`usr/local/bin/${name}`));
  }
  symlinkSync('/usr/bin/node', at('usr/local/bin/node'));
  const tar = join(scratch, 'root.tar');
  execFileSync('tar', ['--owner=0', '--group=0', '-cf', tar, '-C', root, '.']);
  return tar;
}

function copy(file: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(file), to);
}
