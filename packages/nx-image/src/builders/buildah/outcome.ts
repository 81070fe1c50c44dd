import { isDigest } from '../../oci/digest';
import type { BuildOutcome, BuilderEnd } from '../builder';
import { failedPush, failure } from '../failure';
import { plainLine, shortText } from '../plain-line';
import { readRegistryTrouble } from '../registry-trouble';

/** Where a RUN's own complaint stands before buildah's. */
const TAIL = 20;

/** buildah says what went wrong in one line; its exit code is 125, or that of the RUN that failed. */
export function readBuildahOutcome(end: BuilderEnd): BuildOutcome {
  const lines = end.lines.map(plainLine);
  if (end.exitCode === 0) return readDropped(lines) ?? readDigest(end.digestFile);
  const at = lines.findLastIndex((line) => line.startsWith('Error: '));
  const text = lines[at]?.slice('Error: '.length);
  if (text === undefined) {
    return (
      readNamespace(lines) ??
      failure('BUILD_FAILED', `buildah failed with exit code ${end.exitCode} without saying why`)
    );
  }
  if (text.startsWith('pushing image ')) {
    // What a registry has several reasons for stands below, in a line each.
    return readPush(text.endsWith('errors:') ? [text, lines.slice(at + 1).join('; ')].join(' ') : text);
  }
  const tail = [...lines.slice(Math.max(0, at - TAIL), at), ...lines.slice(at)].join('\n');
  return readStep(text, tail) ?? readBuild(text, tail);
}

/** Its first words, before it is a Go program: https://github.com/containers/storage/blob/main/pkg/unshare/unshare.c */
function readNamespace(lines: readonly string[]): BuildOutcome | undefined {
  const reason = lines.flatMap((line) => /^Error during (unshare\(.*)$/.exec(line)?.[1] ?? []).at(0);
  if (reason === undefined) return undefined;
  return failure(
    'RUNTIME_UNAVAILABLE',
    `buildah may make no namespace here: ${shortText(reason, 300)}`,
    'Let its container have the seccomp profile `unconfined` or the capability SYS_ADMIN: in the config.toml of a GitLab runner, `security_opt = ["seccomp=unconfined"]` or `cap_add = ["SYS_ADMIN"]`.',
  );
}

function readDropped(lines: readonly string[]): BuildOutcome | undefined {
  const dropped = lines.flatMap((line) => /msg="(\w+) is not supported for OCI image format/.exec(line)?.[1] ?? []);
  if (dropped.length === 0) return undefined;
  return failure(
    'DOCKERFILE_REFUSED',
    `buildah leaves ${[...new Set(dropped)].join(', ')} out of a reproducible image`,
    'Take it out of the Dockerfile, or leave `reproducible` off, or build with Kaniko.',
  );
}

function readDigest(content: string | undefined): BuildOutcome {
  const digest = content?.trim() ?? '';
  if (isDigest(digest)) return { kind: 'pushed', digest };
  return failure('BUILD_FAILED', 'buildah ended well and left no digest of what it pushed');
}

function readPush(text: string): BuildOutcome {
  const [, destination = '', reason = text] = /^pushing image "[^"]*" to "docker:\/\/([^"]*)": (.*)$/.exec(text) ?? [];
  // It tries one format after the other, each refused for the same reason.
  const first =
    /attempted the following formats: [^(]*\((?:writing manifest: )?(?:uploading manifest .*? to \S+: )?(.*?)\)(?:, |$)/.exec(
      reason,
    )?.[1];
  const what = shortText(`${destination}: ${first ?? reason}`, 300);
  return failedPush(text, what);
}

function readStep(text: string, tail: string): BuildOutcome | undefined {
  const [, instruction, status] =
    /^(?:\[[^\]]*\] )?building at STEP "(RUN .*)": (?:.*: )?exit status (\d+)$/.exec(text) ?? [];
  if (instruction === undefined) return undefined;
  const what = shortText(instruction);
  if (/exec format error/i.test(tail)) {
    return failure('BUILD_EXEC_FORMAT', `${what} runs a program of another architecture`);
  }
  if (/no space left on device/i.test(tail)) return failure('BUILD_DISK_FULL', `${what} failed: no space was left`);
  const [, program, reason] =
    /process failed to start with error: fork\/exec (\S+): (.*?)process exited/.exec(tail) ?? [];
  if (program !== undefined) {
    return failure(
      'BUILD_RUN_FAILED',
      `${what} could not start ${program}: ${reason ?? ''}`,
      'Look whether the base image has that program (a shell, for RUN in shell form).',
    );
  }
  const signal = /^subprocess exited on (.+)$/m.exec(tail)?.[1];
  if (signal !== undefined) return failure('BUILD_RUN_FAILED', `${what} was ended by a signal (${signal})`);
  return failure('BUILD_RUN_FAILED', `${what} failed with exit code ${status ?? ''}`);
}

function readBuild(text: string, tail: string): BuildOutcome {
  const what = shortText(text.replace(/^creating build container: /, ''), 300);
  if (/no space left on device/i.test(tail)) return failure('BUILD_DISK_FULL', `no space was left: ${what}`);
  // https://github.com/distribution/reference knows IPv6 since 0.5, of 2023.
  if (/\[[0-9a-f:.]+\](?::\d+)?\/.*invalid reference format/i.test(text)) {
    return failure(
      'REGISTRY_INVALID',
      `this buildah knows no registry by an IPv6 address: ${what}`,
      'Give the registry a name, in DNS or in /etc/hosts; or build with Kaniko.',
    );
  }
  const target = /^The target "(.*)" was not found in the provided Dockerfile/.exec(text)?.[1];
  if (target !== undefined) return failure('DOCKERFILE_TARGET_MISSING', `the Dockerfile has no stage ${target}`);
  if (
    /unknown instruction|dockerfile parse error|requires (?:at least|exactly) .* argument|^no contents in |no FROM statement found/i.test(
      text,
    )
  ) {
    return failure('DOCKERFILE_INVALID', `the Dockerfile cannot be understood: ${what}`);
  }
  if (!/docker:\/\/|registry|pull|parsing image configuration: |copying system image /.test(text))
    return failure('BUILD_FAILED', `the build failed: ${what}`);
  const trouble = readRegistryTrouble(text);
  if (trouble === 'missing') return failure('BASE_NOT_FOUND', `a base image was not found: ${what}`);
  if (trouble === 'REGISTRY_DENIED') return failure(trouble, `the registry of a base image denied access: ${what}`);
  if (trouble === 'REGISTRY_UNREACHABLE')
    return failure(trouble, `the registry of a base image did not answer: ${what}`);
  if (trouble === 'REGISTRY_ERROR') return failure(trouble, `the registry of a base image is in trouble: ${what}`);
  return failure('BUILD_FAILED', `the build failed: ${what}`);
}
