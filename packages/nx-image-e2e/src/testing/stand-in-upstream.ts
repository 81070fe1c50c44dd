import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { elfFile } from '../../../nx-image/testing/elf-files';
import { pushImage, pushIndex, type FixtureFiles } from '../../../nx-image/testing/fixture-images';
import { makeRepository } from '../../../nx-image/testing/git-repository';
import { HOST_ARCHITECTURE, hostProgramFiles } from '../../../nx-image/testing/host-shell';
import { busyboxArchive } from './golang-image';

export const ARCHITECTURES = ['amd64', 'arm64'] as const;
type Architecture = (typeof ARCHITECTURES)[number];

/** As much of `go build` as a Dockerfile needs to run: a program of $GOARCH under each name that Go would give. */
const GO = `#!/bin/sh
set -e
[ "$1" = build ]
shift
while [ $# -gt 0 ]; do
  case $1 in
  -o) out=$2 && shift 2 ;;
  -ldflags | -tags) shift 2 ;;
  -*) shift ;;
  *) packages="$packages $1" && shift ;;
  esac
done
for package in $packages; do
  case $out in
  */) file=$out\${package##*/} ;;
  *) file=$out ;;
  esac
  mkdir -p "\${file%/*}"
  cp "/opt/$GOARCH" "$file"
done
`;

/** What a release of tini would be downloaded as. */
export function tiniOf(architecture: Architecture): Buffer {
  return elfFile(architecture);
}

/** Stands in for `golang`, `debian` (both for this machine alone: only what builds runs there) and `busybox` of both platforms; answers their digests. */
export async function pushStandInBases(host: string): Promise<Readonly<Record<string, string>>> {
  const programs = hostProgramFiles('/bin/sh', '/bin/cp', '/bin/mkdir', '/bin/rm', '/bin/uname');
  const certificates = { '/etc/ssl/certs/ca-certificates.crt': { content: 'certificates\n' } };
  const targets = ARCHITECTURES.map((one) => [`/opt/${one}`, { content: busybox(one), mode: 0o755 }] as const);
  const native = `linux/${HOST_ARCHITECTURE}`;
  const push = async (name: string, tags: readonly string[], images: Readonly<Record<string, FixtureFiles>>) => {
    const children = [];
    for (const [platform, files] of Object.entries(images)) {
      children.push((await pushImage(host, `library/${name}`, undefined, { platform, files })).descriptor);
    }
    let digest = '';
    for (const tag of tags) digest = await pushIndex(host, `library/${name}`, tag, children);
    return digest;
  };
  const go = { '/usr/local/bin/go': { content: GO, mode: 0o755 } };
  return {
    golang: await push('golang', ['1.26.5', '1.25'], {
      [native]: { ...programs, ...certificates, ...go, ...Object.fromEntries(targets) },
    }),
    debian: await push('debian', ['trixie-slim'], { [native]: programs }),
    busybox: await push('busybox', ['musl'], {
      'linux/amd64': busyboxFiles('amd64'),
      'linux/arm64': busyboxFiles('arm64'),
    }),
  };
}

function busyboxFiles(architecture: Architecture): FixtureFiles {
  const applets = ['chmod', 'ln', 'mkdir', 'sh'].map((name) => [`/bin/${name}`, { link: 'busybox' }] as const);
  return { '/bin/busybox': { content: busybox(architecture), mode: 0o755 }, ...Object.fromEntries(applets) };
}

function busybox(architecture: Architecture): Buffer {
  return execFileSync('tar', ['-xOf', busyboxArchive(architecture), 'bin/busybox'], { maxBuffer: 2 ** 26 });
}

/** A repository of the shape of Kaniko's own at v1.28.3, below a git server's directory. `downloads` serves tini. */
export function makeStandInKaniko(
  serverDirectory: string,
  bases: Readonly<Record<string, string>>,
  downloads: string,
): void {
  mkdirSync(join(serverDirectory, 'osscontainertools'), { recursive: true });
  const repository = makeRepository(join(serverDirectory, 'osscontainertools'), 'kaniko');
  const commit = repository.commit({
    '.dockerignore': '**\n!go.mod\n!cmd\n!files\n',
    'README.md': 'left out by .dockerignore\n',
    'go.mod': 'module github.com/osscontainertools/kaniko\n',
    'cmd/executor/main.go': 'package main\n',
    'cmd/warmer/main.go': 'package main\n',
    'files/nsswitch.conf': 'hosts: files dns\n',
    'deploy/Dockerfile': dockerfile(bases, downloads),
  });
  repository.tag('v1.28.3', commit);
}

/** A repository of the shape of manifest-tool's at v2.2.1: the Dockerfile is ours, beside the config. */
export function makeStandInManifestTool(serverDirectory: string): void {
  mkdirSync(join(serverDirectory, 'estesp'), { recursive: true });
  const repository = makeRepository(join(serverDirectory, 'estesp'), 'manifest-tool');
  const commit = repository.commit({ 'v2/go.mod': 'module x\n', 'v2/cmd/manifest-tool/main.go': 'package main\n' });
  repository.tag('v2.2.1', commit, 'annotated, as upstream');
}

/**
 * Everything in which the original asks more than a plain Dockerfile: arguments of the platform in FROM and --platform, bases by tag and digest, ADD --checksum, a
 * stage for each architecture, unused stages that nobody could build, RUN and VOLUME where the builder itself might live.
 */
function dockerfile(bases: Readonly<Record<string, string>>, downloads: string): string {
  const download = (architecture: Architecture) => {
    const sum = createHash('sha256').update(tiniOf(architecture)).digest('hex');
    return `FROM kaniko-base AS kaniko-base-${architecture}
ADD --checksum=sha256:${sum} \\
    --chown=0:0 --chmod=555 \\
    http://${downloads}/tini/v0.19.0/tini-static-${architecture} \\
    /kaniko/tini
`;
  };
  return `ARG BUILDPLATFORM
FROM --platform=$BUILDPLATFORM golang:1.26.5@${bases.golang ?? ''} AS builder
WORKDIR /src
ARG TARGETARCH
ARG TARGETOS
ENV GOARCH=$TARGETARCH
ENV GOOS=$TARGETOS
RUN mkdir -p /kaniko/.docker
COPY go.mod ./
RUN go build -o out/ example.com/docker-credential-gcr \\
    && rm -rf /root/.cache /go/pkg
COPY . .
ARG COVER=""
RUN go build -o out/ ./cmd/executor ./cmd/warmer && uname -m >out/built-on

ARG BUILDPLATFORM
FROM --platform=$BUILDPLATFORM debian:trixie-slim@${bases.debian ?? ''} AS certs
RUN mkdir -p /etc/ssl/certs && echo certificates >/etc/ssl/certs/ca-certificates.crt

FROM busybox:musl@${bases.busybox ?? ''} AS busybox
RUN mkdir -p /kaniko && chmod 777 /kaniko

FROM scratch AS kaniko-base-slim
COPY --from=busybox /kaniko /kaniko
COPY --from=certs /etc/ssl/certs/ca-certificates.crt /kaniko/ssl/certs/
COPY files/nsswitch.conf /etc/nsswitch.conf
ENV PATH=/usr/local/bin:/kaniko

FROM kaniko-base-slim AS kaniko-base
COPY --from=builder --chown=0:0 /src/out/docker-credential-gcr /kaniko/docker-credential-gcr
COPY --from=builder /src/out/built-on /kaniko/built-on
COPY --from=builder /kaniko/.docker /kaniko/.docker
WORKDIR /workspace

${ARCHITECTURES.map(download).join('')}FROM kaniko-base-\${TARGETARCH} AS kaniko-base-2

FROM kaniko-base AS kaniko-warmer
COPY --from=builder /src/out/warmer /kaniko/warmer
ENTRYPOINT ["/kaniko/warmer"]

FROM kaniko-base-2 AS kaniko-executor
COPY --from=builder /src/out/executor /kaniko/executor
ENTRYPOINT ["/kaniko/executor"]

FROM alpine:3.24.1@sha256:${'0'.repeat(64)} AS kaniko-alpine
RUN --mount=from=kaniko-base-2,source=/kaniko,target=/mnt/kaniko cp /mnt/kaniko/tini /kaniko/tini

FROM kaniko-executor AS kaniko-debug
ENV PATH=/usr/local/bin:/kaniko:/busybox
COPY --from=builder /src/out/warmer /kaniko/warmer
COPY --from=busybox /bin /busybox
VOLUME /busybox
RUN ["/busybox/mkdir", "-p", "/bin"]
RUN ["/busybox/ln", "-s", "/busybox/sh", "/bin/sh"]
`;
}
