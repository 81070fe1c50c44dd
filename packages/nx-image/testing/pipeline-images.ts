import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestEngine } from './engines';
import { findOnPath } from './external-tools';
import { hostProgramFiles } from './host-shell';

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

/** Programs of this machine with their libraries, for what gitlab-ci-local does beside a job: `helper`, its --helper-image. */
export function importHelperImage(engine: TestEngine): string {
  const programs = ['bash', 'rsync', 'chown', 'chmod', 'mktemp', 'mkdir', 'rm', 'cat'].map((name) => findOnPath(name));
  return importRoot(engine, 'gitlab-ci-local-helper', (at) => {
    const files = hostProgramFiles(...programs.filter((path) => path !== undefined));
    for (const path of Object.keys(files)) {
      mkdirSync(dirname(at(path)), { recursive: true });
      cpSync(path, at(path), { dereference: true });
    }
    for (const path of ['bin', 'tmp']) mkdirSync(at(path), { recursive: true });
    if (!existsSync(at('bin/sh'))) symlinkSync(findOnPath('bash') ?? '/bin/bash', at('bin/sh'));
    return [`ENV PATH=${process.env.PATH ?? '/usr/bin:/bin'}`];
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
