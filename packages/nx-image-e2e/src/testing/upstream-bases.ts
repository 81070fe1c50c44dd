import { execFileSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_ARCHITECTURE } from '../../../nx-image/testing/host-shell';
import { pushIndex } from '../../../nx-image/testing/fixture-images';
import { pushTarImage } from '../../../nx-image/testing/tar-image';
import { busyboxArchive } from './golang-image';

/** Digests of the indexes that stand in for what upstream Dockerfiles are FROM. */
export interface UpstreamBases {
  readonly golang: string;
  readonly debian: string;
  readonly busybox: string;
}

/** The machine's certificate authorities: whoever goes into the internet through a proxy that looks inside needs them. */
const CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const HOST = `linux/${HOST_ARCHITECTURE}`;

/**
 * Pushes to `library/…` of the registry: `debian`, by debootstrap; `golang`, the same with this machine's Go; both for this machine alone, as they are needed
 * for stages that run on the build platform; and `busybox` for both platforms, every applet a hard link as in the original.
 */
export async function pushUpstreamBases(
  host: string,
  scratch: string,
  tags: Readonly<Record<keyof UpstreamBases, readonly string[]>>,
): Promise<UpstreamBases> {
  mkdirSync(scratch, { recursive: true });
  const pushAll = async (name: keyof UpstreamBases, children: Awaited<ReturnType<typeof pushTarImage>>[]) => {
    let digest = '';
    for (const tag of tags[name]) digest = await pushIndex(host, `library/${name}`, tag, children);
    return digest;
  };
  const system = debianTar(scratch);
  const debian = await pushTarImage(host, 'library/debian', {
    platform: HOST,
    layers: [system],
    config: { Env: [`PATH=${PATH}`, 'DEBIAN_FRONTEND=noninteractive'], Cmd: ['bash'] },
  });
  const golang = await pushTarImage(host, 'library/golang', {
    platform: HOST,
    layers: [system, goTar(scratch)],
    config: {
      Env: [
        `PATH=/go/bin:/usr/local/go/bin:${PATH}`,
        'GOPATH=/go',
        'GOTOOLCHAIN=local',
        // As this machine reaches modules; what go.sum names needs no checksum database besides.
        `GOPROXY=${go('env', 'GOPROXY')}`,
      ],
      WorkingDir: '/go',
    },
  });
  const busybox = [];
  for (const architecture of ['amd64', 'arm64'] as const) {
    busybox.push(
      await pushTarImage(host, 'library/busybox', {
        platform: `linux/${architecture}`,
        layers: [busyboxTar(scratch, architecture)],
        config: { Env: [`PATH=${PATH}`], Cmd: ['sh'] },
      }),
    );
  }
  return {
    debian: await pushAll('debian', [debian]),
    golang: await pushAll('golang', [golang]),
    busybox: await pushAll('busybox', busybox),
  };
}

/** Debian's smallest system, with make, which Go's own image has as well. */
function debianTar(scratch: string): string {
  const root = join(scratch, 'debian');
  execFileSync('debootstrap', ['--variant=minbase', '--include=make', 'trixie', root], { stdio: 'pipe' });
  execFileSync('chroot', [root, 'apt-get', 'clean']);
  return pack(scratch, 'debian', ['-C', root, '--exclude=./dev/*', '--exclude=./proc/*', '--exclude=./sys/*', '.']);
}

function goTar(scratch: string): string {
  const root = go('env', 'GOROOT');
  const unused = ['api', 'doc', 'misc', 'test'].map((name) => `--exclude=${root}/${name}`);
  return pack(scratch, 'go', [
    ...['-P', `--transform=s,^${root},usr/local/go,`, ...unused, root],
    ...['-C', '/', CERTIFICATES],
  ]);
}

function busyboxTar(scratch: string, architecture: 'amd64' | 'arm64'): string {
  const root = join(scratch, `busybox-${architecture}`);
  const archive = busyboxArchive(architecture);
  mkdirSync(join(root, 'tmp'), { recursive: true });
  execFileSync('tar', ['-xf', archive, '-C', root, 'bin/busybox']);
  const listed = execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).split('\n');
  for (const name of listed.filter((path) => /^bin\/[^/]+$/.test(path) && path !== 'bin/busybox'))
    linkSync(join(root, 'bin/busybox'), join(root, name));
  return pack(scratch, `busybox-${architecture}`, ['-C', root, '.']);
}

/** Whoever owns the files here, root does there. */
function pack(scratch: string, name: string, parameters: readonly string[]): string {
  const file = join(scratch, `${name}.tar`);
  execFileSync('tar', ['--numeric-owner', '-cf', file, ...parameters], { stdio: 'pipe' });
  return file;
}

function go(...parameters: string[]): string {
  return execFileSync('go', parameters, { encoding: 'utf8' }).trim();
}

/** A program of an architecture that is served where a Dockerfile downloads one. */
export function copyProgram(scratch: string, architecture: 'amd64' | 'arm64', to: string): void {
  cpSync(join(scratch, `busybox-${architecture}/bin/busybox`), to);
}
