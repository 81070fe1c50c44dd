import { HephyError } from '../errors/hephy-error';
import { bubblewrapArguments } from '../builders/runtime';
import type { ProcessEnd, RunProcess } from '../process/process';
import { lastLine } from './find-engine';
import { findNamed, findOnPath } from './find-program';
import type { Tool, ToolSearch } from './tool';

/** bubblewrap, tried out: it may do here what a builder's root needs. */
export interface Bubblewrap {
  readonly tool: Tool;
  /** Whether `--size` bounds a root in memory: since 0.7. */
  readonly sizesTmpfs: boolean;
}

const PATIENCE = 30_000;
/** The machine's root has its containers' mounts in it, and one that ends while bubblewrap goes through them makes it fail. Builders have roots of their own. */
const MOUNT_GONE = /Unable to (?:re)?mount|Unable to apply mount flags|Can't (?:find source path|bind mount)/;
const TRIES = 5;
const HINT = `Install bubblewrap (Debian: apt-get install bubblewrap) and run as root; in a container it needs CAP_SYS_ADMIN and a seccomp profile that lets it mount.
Without it: build_backend: buildah needs no root of its own.`;

/**
 * Finds bubblewrap and starts it once as a builder would be started.
 * @param uid of this process: only root may unpack images with all their owners
 * @throws HephyError RUNTIME_UNAVAILABLE, and TOOL_MISSING for one that was named by hand
 */
export async function findBubblewrap(
  search: ToolSearch,
  uid: number | undefined,
  runProcess: RunProcess,
): Promise<Bubblewrap> {
  const tool = await find(search);
  if (tool === undefined) {
    throw new HephyError(
      'RUNTIME_UNAVAILABLE',
      'bubblewrap is not on this machine, and Kaniko needs a root of its own',
      {
        hint: HINT,
      },
    );
  }
  if (uid !== 0) {
    throw new HephyError('RUNTIME_UNAVAILABLE', 'Kaniko unpacks images with all their owners, which takes root', {
      hint: 'Run as root (sudo, or in a container), or use build_backend: buildah.',
    });
  }
  const end = await tryOut(tool, runProcess);
  const version = end.kind === 'exited' && end.exitCode === 0 ? Buffer.from(end.stdout).toString('utf8') : undefined;
  if (version === undefined) {
    const what = end.kind === 'timed out' ? 'has not made a root here' : 'is not permitted to make a root here';
    throw new HephyError('RUNTIME_UNAVAILABLE', `bubblewrap ${what}${lastLine(end)}`, { hint: HINT });
  }
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return { tool, sizesTmpfs: Number(major) > 0 || Number(minor) >= 7 };
}

async function find(search: ToolSearch): Promise<Tool | undefined> {
  const named = await findNamed({ name: 'bubblewrap', variable: 'HEPHY_BWRAP' }, search);
  if (named !== undefined) return named;
  const path = await findOnPath('bwrap', search.env);
  return path === undefined ? undefined : { name: 'bubblewrap', path, found: 'PATH' };
}

/** The machine's own root, seen through all the restrictions, and in it bubblewrap asked for its version. */
async function tryOut(tool: Tool, runProcess: RunProcess, tries = TRIES): Promise<ProcessEnd> {
  const args = bubblewrapArguments({
    root: { kind: 'directory', path: '/' },
    mounts: [],
    command: [tool.path, '--version'],
  });
  const end = await runProcess({ file: tool.path, arguments: args, env: {}, timeout: PATIENCE });
  const again = tries > 1 && end.kind === 'exited' && end.exitCode !== 0 && MOUNT_GONE.test(end.stderr);
  return again ? tryOut(tool, runProcess, tries - 1) : end;
}
