import { readFile, realpath } from 'node:fs/promises';
import { HephyError } from '../errors/hephy-error';
import { isProgram } from './find-program';
import { IN_ITS_IMAGE } from './find-tool';

/** What every system has and Kaniko's images have not: to build in such a root would be to delete it. */
const OF_A_SYSTEM = ['/usr', '/lib', '/sbin', '/boot', '/home', '/opt'];

/**
 * Whether Kaniko may build in the root that this process is in: it deletes everything there that is no mount, before, between and after the stages.
 * @param keep paths that are needed afterwards
 * @returns why not
 */
export async function judgeOwnRoot(uid: number | undefined, keep: readonly string[]): Promise<HephyError | undefined> {
  if (uid !== 0) return refusal('this is not root', 'Start the container as root.');
  if (!(await isProgram(IN_ITS_IMAGE))) {
    return refusal(
      `${IN_ITS_IMAGE} is not there: this is not Kaniko’s image, or the one build of this container was done`,
      'Start a container of Kaniko’s image for each build, or take another runtime.',
    );
  }
  const mounts = readMountPoints(await readFile('/proc/self/mountinfo', 'utf8'));
  for (const path of OF_A_SYSTEM) {
    const real = await realpath(path).catch(() => undefined);
    if (real !== undefined && !isOnOwnMount(real, mounts)) {
      return refusal(
        `Kaniko would delete ${path}: this root is more than Kaniko’s image`,
        'Start a container of Kaniko’s image (the one without a distribution in it), or take another runtime.',
      );
    }
  }
  for (const path of [process.execPath, ...keep]) {
    const real = await realpath(path).catch(() => path);
    if (!isOnOwnMount(real, mounts)) {
      return refusal(
        `Kaniko would delete ${real}, which is needed afterwards`,
        'Mount Node, the workspace and the cache of nx into the container (--volume, or volumes of the pod).',
      );
    }
  }
  return undefined;
}

/** Field 5 of each line, https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html; blanks are octal there. */
export function readMountPoints(mountinfo: string): readonly string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map((point) => point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))));
}

/** Whether what lies there survives the deletion of everything in `/` that is no mount. */
export function isOnOwnMount(path: string, mountPoints: readonly string[]): boolean {
  return mountPoints.some((point) => point !== '/' && (path === point || path.startsWith(`${point}/`)));
}

function refusal(what: string, hint: string): HephyError {
  return new HephyError('RUNTIME_UNAVAILABLE', `Kaniko cannot build in this root: ${what}`, { hint });
}
