import { HephyError } from '../errors/hephy-error';
import type { RunProcess } from '../process/process';
import { readVersion } from './read-version';
import type { Tool } from './tool';

/** 1.24.0 was the last of Google's, which is archived; github.com/osscontainertools/kaniko goes on from there. */
const FIRST_MAINTAINED = [1, 25] as const;

export interface KanikoVersion {
  /** As `v1.28.3`; undefined where it does not say. */
  readonly version: string | undefined;
  /** Lines for the result. */
  readonly notes: readonly string[];
}

/** @throws HephyError BUILDER_OUTDATED for a version that gets no fixes any more */
export async function checkKanikoVersion(tool: Tool, runProcess: RunProcess): Promise<KanikoVersion> {
  return judgeKanikoVersion(
    tool.path,
    await readVersion(tool.path, ['version'], runProcess),
    'Take a current one: the file /kaniko/executor of the image ghcr.io/osscontainertools/kaniko, named by HEPHY_KANIKO or put on PATH as kaniko-executor.',
  );
}

/**
 * @param what the program or image
 * @param text what `executor version` prints, as `Kaniko version :  v1.28.3`
 * @param hint how to get a newer one
 */
export function judgeKanikoVersion(what: string, text: string | undefined, hint: string): KanikoVersion {
  const [version, major, minor] = /\bv?(\d+)\.(\d+)\.(\d+)(?:[-+][0-9A-Za-z.+-]+)?\b/.exec(text ?? '') ?? [];
  if (version === undefined) {
    return { version: undefined, notes: [`${what} does not say which version of Kaniko it is; taken as it is`] };
  }
  const [firstMajor, firstMinor] = FIRST_MAINTAINED;
  if (Number(major) < firstMajor || (Number(major) === firstMajor && Number(minor) < firstMinor)) {
    throw new HephyError('BUILDER_OUTDATED', `${what} is Kaniko ${version}, which gets no security fixes any more`, {
      hint,
    });
  }
  return { version, notes: [] };
}
