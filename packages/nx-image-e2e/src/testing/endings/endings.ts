import type { Moment, Reached } from './moments';
import { programOf } from './program-of';
import type { EndingStage, NxRun } from './stage';

/** What the run says of itself afterwards: of the step that was under way; `nothing`: it was killed and could not. */
export type Told = 'cancelled' | 'timed out' | 'failed' | 'nothing';

/** A row of the matrix. */
export interface Ending {
  readonly title: string;
  readonly moments: readonly Moment[];
  readonly told: Told;
  /** Its error code, where it is one that the ending has. */
  readonly code?: RegExp;
  /** By nx itself with these parameters; else in Nx's processes for batches alone. */
  readonly nx?: NxRun;
  /** Nothing is waited for: whatever is ours is gone within seconds. Else that counts from the end of the run. */
  readonly atOnce?: boolean;
  /** It cannot clean up after itself: the next run does. */
  readonly abrupt?: boolean;
  /** Another task of the run fails when it is held. */
  readonly bails?: boolean;
  /** The config has a `timeout`. */
  readonly timesOut?: boolean;
  readonly end: (stage: EndingStage, at: Reached, pid: number) => Promise<void> | void;
}

const EVERYWHERE: readonly Moment[] = ['start', 'mid-build', 'push', 'tags'];

/** A builder is several processes: with the first of them others may have ended. */
function kill(pids: readonly number[]): void {
  const killed = pids.filter((pid) => {
    try {
      return process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      return false;
    }
  });
  if (killed.length === 0) throw new Error('there is nothing to kill');
}

export const ENDINGS: readonly Ending[] = [
  {
    title: 'Ctrl-C',
    moments: EVERYWHERE,
    told: 'cancelled',
    atOnce: true,
    nx: {},
    end: (_stage, _at, pid) => void process.kill(-pid, 'SIGINT'),
  },
  {
    title: 'SIGTERM to nx',
    moments: EVERYWHERE,
    told: 'cancelled',
    atOnce: true,
    nx: {},
    end: (_stage, _at, pid) => void process.kill(pid, 'SIGTERM'),
  },
  {
    title: 'SIGTERM to nx without batches',
    moments: ['mid-build'],
    told: 'cancelled',
    atOnce: true,
    nx: { env: { NX_BATCH_MODE: 'false' } },
    end: (_stage, _at, pid) => void process.kill(pid, 'SIGTERM'),
  },
  {
    title: '--nxBail',
    moments: ['mid-build', 'push'],
    told: 'cancelled',
    atOnce: true,
    nx: { parameters: ['-p', 'app,bail', '--nxBail'] },
    bails: true,
    end: () => undefined,
  },
  {
    title: 'SIGKILL of nx',
    moments: EVERYWHERE,
    told: 'cancelled',
    atOnce: true,
    nx: {},
    end: (_stage, _at, pid) => void process.kill(pid, 'SIGKILL'),
  },
  {
    title: 'SIGKILL of the executor',
    moments: [...EVERYWHERE, 'index'],
    told: 'nothing',
    atOnce: true,
    abrupt: true,
    end: (_stage, _at, pid) => void process.kill(pid, 'SIGKILL'),
  },
  {
    title: 'SIGKILL of the builder',
    moments: ['pull', 'mid-build', 'push'],
    told: 'failed',
    code: /^BUILD_FAILED$/,
    end: (stage, { moment }) => {
      const second = (argv: readonly string[]) => argv.some((word) => word.endsWith('-arm64'));
      kill(stage.processes((argv) => stage.runtime.isBuilder(argv) && (moment === 'pull' || second(argv))));
    },
  },
  {
    title: 'SIGKILL of manifest-tool',
    moments: ['index'],
    told: 'failed',
    code: /^REGISTRY_ERROR$/,
    end: (stage) => {
      kill(stage.processes((argv) => /(?:^|\/)manifest-tool(?:\.mjs)?$/.test(programOf(argv))));
    },
  },
  {
    title: 'a timeout',
    moments: ['pull', 'mid-build', 'push'],
    told: 'timed out',
    code: /^BUILD_TIMED_OUT$/,
    timesOut: true,
    end: () => undefined,
  },
  {
    title: 'a registry that is silent, and a timeout',
    moments: ['pull', 'push'],
    told: 'timed out',
    code: /^BUILD_TIMED_OUT$/,
    timesOut: true,
    end: (stage) => {
      stage.proxy.fallSilent();
    },
  },
  {
    title: 'the loss of the registry',
    moments: ['start', 'pull', 'mid-build', 'push', 'tags'],
    told: 'failed',
    code: /^REGISTRY_UNREACHABLE$/,
    end: async (stage, { arrival }) => {
      await stage.proxy.lose();
      arrival?.release();
    },
  },
  {
    title: 'a registry whose disk is full',
    moments: ['mid-build', 'push', 'tags'],
    told: 'failed',
    end: (stage, { arrival, held }) => {
      stage.disks.registry.fill();
      arrival?.release();
      held?.pass();
    },
  },
  {
    title: 'a full cache',
    moments: ['start'],
    told: 'failed',
    code: /^BUILD_DISK_FULL$/,
    end: (stage, { held }) => {
      stage.disks.cache.fill();
      held?.pass();
    },
  },
  {
    title: 'a full disk of results',
    moments: EVERYWHERE,
    told: 'nothing',
    end: (stage, { arrival, held }) => {
      stage.disks.dist.fill();
      arrival?.release();
      held?.pass();
    },
  },
];
