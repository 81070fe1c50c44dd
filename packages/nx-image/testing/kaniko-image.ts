import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestEngine } from './engines';

export interface KanikoImageFiles {
  /** The executor: a path, or a script's text. */
  readonly executor: { readonly path: string } | { readonly script: string };
  /** A static shell, for scripts: at /kaniko/busybox. */
  readonly busybox?: string;
  readonly volume?: string;
}

const DIGEST = `sha256:${'5'.repeat(64)}`;
export const STAND_IN_DIGEST = DIGEST;

/**
 * An executor for the life and death of containers: it says what it does, fails where a RUN says so, hangs where one loops, and pushes nothing. The real one's stand-in
 * needs Node and buildah, which an image of a moment's making has not.
 */
export function standInExecutor(version = 'v1.28.3-stand-in'): string {
  return `#!/kaniko/busybox sh
b=/kaniko/busybox
if [ "$1" = version ]; then echo "Kaniko version :  ${version}"; exit 0; fi
for word in "$@"; do
  case "$word" in
    --digest-file=*) digest=\${word#*=};;
    --dockerfile=*) file=\${word#*=};;
    --context=dir://*) context=\${word#--context=dir://};;
  esac
done
fail() { echo "error building image: $1" >&2; exit "\${2:-1}"; }
[ -r "$DOCKER_CONFIG/config.json" ] || fail "no credentials"
[ -d "$context" ] && [ -d "\${KANIKO_DIR%/*}" ] || fail "no context or no store"
[ "$($b id -u)" = 0 ] && [ "$($b stat -c %a /.hephy)" = 700 ] || fail "not as it should be"
while read -r line; do
  case "$line" in
    FROM*none*) fail "unable to complete operation after 0 attempts, last error: GET: MANIFEST_UNKNOWN: \${line#FROM }";;
    RUN*|COPY*) echo "INFO[0000] $line" >&2;;
  esac
  case "$line" in
    *"exit 42"*) fail "error building stage: failed to execute command: waiting for process to exit: exit status 42" 42;;
    *"while :"*) while :; do $b sleep 1; done;;
  esac
done < "$file"
$b printf %s ${DIGEST} > "$digest"
`;
}

/** Kaniko's image, made as its Dockerfile makes it. @returns its reference */
export function importKanikoImage(engine: TestEngine, files: KanikoImageFiles, name = 'kaniko'): string {
  const root = mkdtempSync(join(tmpdir(), 'hephy-kaniko-image-'));
  try {
    const at = (path: string): string => join(root, 'root', path);
    for (const path of ['kaniko/ssl/certs', 'kaniko/.docker', 'etc', 'workspace'])
      mkdirSync(at(path), { recursive: true });
    chmodSync(at('kaniko'), 0o777);
    if ('path' in files.executor) cpSync(files.executor.path, at('kaniko/executor'));
    else writeFileSync(at('kaniko/executor'), files.executor.script);
    chmodSync(at('kaniko/executor'), 0o755);
    if (files.busybox !== undefined) cpSync(files.busybox, at('kaniko/busybox'));
    const certificates = '/etc/ssl/certs/ca-certificates.crt';
    if (existsSync(certificates))
      cpSync(certificates, at('kaniko/ssl/certs/ca-certificates.crt'), { dereference: true });
    writeFileSync(at('etc/nsswitch.conf'), 'hosts: files dns\n');
    const tar = join(root, 'image.tar');
    execFileSync('tar', ['-C', dirname(at('kaniko')), '-cf', tar, '.']);
    const changes = [
      'ENTRYPOINT ["/kaniko/executor"]',
      'WORKDIR /workspace',
      'ENV SSL_CERT_DIR=/kaniko/ssl/certs',
      'ENV PATH=/usr/local/bin:/kaniko',
      ...(files.volume === undefined ? [] : [`VOLUME ${files.volume}`]),
    ];
    const reference = `localhost/${name}:test`;
    engine.run(['import', ...changes.flatMap((change) => ['--change', change]), '-', reference], readFileSync(tar));
    return reference;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
