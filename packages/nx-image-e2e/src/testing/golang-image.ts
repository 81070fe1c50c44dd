import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { FixtureImage } from '../../../nx-image/testing/fixture-images';
import { CHECKOUT } from './documents';

const PROJECT = join(CHECKOUT, 'projects/minimal-base-image');

/** Says what it does and does nothing. */
const APK = '#!/bin/sh\necho "apk $*"\n';
/** `go install host/path/name@version` puts a program of this image's architecture there: its own shell, under another name. */
const GO = `#!/bin/sh
set -e
[ "$1" = install ]
name=\${2##*/}
mkdir -p /go/bin
cp /bin/busybox "/go/bin/\${name%@*}"
`;

/** What stands in for `golang:alpine`: Debian's busybox, for either architecture, with as much of apk and go as a Dockerfile needs to run. */
export function golangImage(architecture: 'amd64' | 'arm64'): FixtureImage {
  const busybox = execFileSync('tar', ['-xOf', busyboxArchive(architecture), 'bin/busybox'], { maxBuffer: 2 ** 26 });
  const applets = ['cp', 'mkdir', 'sh'].map((name) => [`/bin/${name}`, { link: 'busybox' }] as const);
  return {
    platform: `linux/${architecture}`,
    files: {
      '/bin/busybox': { content: busybox, mode: 0o755 },
      ...Object.fromEntries(applets),
      '/sbin/apk': { content: APK, mode: 0o755 },
      '/usr/local/bin/go': { content: GO, mode: 0o755 },
    },
  };
}

/** A tar with Debian's static busybox at `bin/busybox` and a link of each applet's name beside it. */
export function busyboxArchive(architecture: 'amd64' | 'arm64'): string {
  return join(rootfsDirectory(), `${architecture}.tar`);
}

let made: string | undefined;

/** What minimal-base-image is made of: as its `context` target has left it in this checkout, else made for these tests. */
function rootfsDirectory(): string {
  if (existsSync(join(PROJECT, 'rootfs/arm64.tar'))) return join(PROJECT, 'rootfs');
  if (made === undefined) {
    made = mkdtempSync(join(process.env.HEPHY_E2E_DIRECTORY ?? '', 'rootfs-'));
    execFileSync('sh', [join(PROJECT, 'context.sh'), made], { stdio: 'pipe' });
  }
  return made;
}
