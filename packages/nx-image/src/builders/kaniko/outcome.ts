import { isDigest } from '../../oci/digest';
import type { BuildOutcome, BuilderEnd } from '../builder';
import { failedPush, failure } from '../failure';
import { plainLine, shortText } from '../plain-line';
import { readRegistryTrouble } from '../registry-trouble';
import { loggedInstruction } from './progress';

const ERROR = /^(?:error (building image|pushing image|checking push permissions): |FATA\[\d+\] )(.*)$/;
/** What is wrong with the flags, followed by all that there are. */
const USAGE_ERROR = /^Error: (.*)$/;
/** Where a RUN's own complaint stands before Kaniko's. */
const TAIL = 20;

/** Kaniko says what went wrong in its last error line; its exit code is 1, or that of the RUN that failed. */
export function readKanikoOutcome(end: BuilderEnd): BuildOutcome {
  const lines = end.lines.map(plainLine);
  if (end.exitCode === 0) return readDigest(end.digestFile);
  const at = lines.findLastIndex((line) => ERROR.test(line));
  const [, phase, text] = ERROR.exec(lines[at] ?? '') ?? [];
  if (text === undefined) return readUsageError(lines) ?? readSilence(end.exitCode);
  if (phase === 'pushing image' || phase === 'checking push permissions') return readPush(text);
  const before = lines.slice(0, at);
  const instruction = before.map(loggedInstruction).findLast((line) => line !== undefined) ?? end.doing ?? 'a RUN';
  return readRun(text, shortText(instruction), before.slice(-TAIL).join('\n')) ?? readBuild(text);
}

function readUsageError(lines: readonly string[]): BuildOutcome | undefined {
  const text = USAGE_ERROR.exec(lines[lines.lastIndexOf('Usage:') - 1] ?? '')?.[1];
  return text === undefined ? undefined : readBuild(text);
}

function readDigest(content: string | undefined): BuildOutcome {
  const digest = content?.trim() ?? '';
  if (isDigest(digest)) return { kind: 'pushed', digest };
  return failure('BUILD_FAILED', 'Kaniko ended well and left no digest of what it pushed');
}

/** Killed: by the kernel for want of memory, most of the time. */
function readSilence(exitCode: number): BuildOutcome {
  if (exitCode === 137) {
    return failure(
      'BUILD_FAILED',
      'Kaniko was killed (SIGKILL)',
      'The machine may be out of memory: let fewer builds run at once (--parallel), or give it more.',
    );
  }
  return failure('BUILD_FAILED', `Kaniko failed with exit code ${exitCode} without saying why`);
}

function readPush(text: string): BuildOutcome {
  const what = shortText(text.replace(/^(?:checking push permission for|failed to push to destination) /, ''), 300);
  return failedPush(text, what);
}

function readRun(text: string, instruction: string, tail: string): BuildOutcome | undefined {
  const exited = /waiting for process to exit: (?:exit status (\d+)|signal: (.+))$/.exec(text);
  const unstarted = /starting command: (?:fork\/exec (\S+): )?(.+)$/.exec(text);
  if (exited === null && unstarted === null) return undefined;
  if (/exec format error/i.test(unstarted?.[2] ?? tail)) {
    return failure('BUILD_EXEC_FORMAT', `${instruction} runs a program of another architecture`);
  }
  if (/no space left on device/i.test(tail)) {
    return failure('BUILD_DISK_FULL', `${instruction} failed: no space was left`);
  }
  if (unstarted !== null) {
    return failure(
      'BUILD_RUN_FAILED',
      `${instruction} could not start ${unstarted[1] ?? 'its program'}: ${unstarted[2] ?? ''}`,
      'Look whether the base image has that program (a shell, for RUN in shell form).',
    );
  }
  const how =
    exited?.[1] === undefined ? `was ended by a signal (${exited?.[2] ?? ''})` : `failed with exit code ${exited[1]}`;
  return failure('BUILD_RUN_FAILED', `${instruction} ${how}`);
}

function readBuild(text: string): BuildOutcome {
  const what = shortText(text.replace(/^unable to complete operation after \d+ attempts, last error: /, ''), 300);
  if (/exec format error/i.test(text))
    return failure('BUILD_EXEC_FORMAT', `a program of another architecture: ${what}`);
  if (/no space left on device/i.test(text)) return failure('BUILD_DISK_FULL', `no space was left: ${what}`);
  const target = /error finding target stage: "?(.*?)"? is not a valid target build stage/.exec(text);
  if (target !== null) {
    return failure('DOCKERFILE_TARGET_MISSING', `the Dockerfile has no stage ${target[1] ?? ''}`);
  }
  if (/parsing dockerfile|dockerfile parse error|valid path to a Dockerfile|^could not parse reference/i.test(text)) {
    return failure('DOCKERFILE_INVALID', `the Dockerfile cannot be understood: ${what}`);
  }
  const trouble = readRegistryTrouble(text);
  if (trouble === 'missing') return failure('BASE_NOT_FOUND', `a base image was not found: ${what}`);
  if (trouble === 'REGISTRY_DENIED') return failure(trouble, `the registry of a base image denied access: ${what}`);
  if (trouble === 'REGISTRY_UNREACHABLE')
    return failure(trouble, `the registry of a base image did not answer: ${what}`);
  if (trouble === 'REGISTRY_ERROR') return failure(trouble, `the registry of a base image is in trouble: ${what}`);
  return failure('BUILD_FAILED', `the build failed: ${what}`);
}
