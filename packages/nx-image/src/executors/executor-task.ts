import { MANIFEST_TOOL_EXECUTOR } from '../inference/image-project';
import type { RunOptions } from '../run/run-context';

/** Options of both executors, as nx merges them. */
export interface ExecutorOptions extends RunOptions {
  readonly step?: 'prepare' | 'build';
  readonly platform?: string;
  readonly variant?: string;
  /** As nx has it from its command line, where `RunSeed.rebuild` is read; of the tasks that it was called for only. */
  readonly rebuild?: unknown;
}

/** A task of ours: what to do, in which image directory. */
export interface ExecutorTask {
  readonly id: string;
  readonly root: string;
  /** undefined: the directory's own image, and of `prepare` all of them. */
  readonly variant: string | undefined;
  readonly step: 'prepare' | 'build' | 'manifest';
  /** As the option has it; only of the step `build`. */
  readonly platform: string | undefined;
  readonly options: ExecutorOptions;
}

export function executorTask(id: string, root: string, executor: string, options: ExecutorOptions): ExecutorTask {
  const step = executor === MANIFEST_TOOL_EXECUTOR ? 'manifest' : (options.step ?? 'build');
  return {
    id,
    root,
    variant: step === 'prepare' ? undefined : options.variant,
    step,
    platform: options.platform,
    options,
  };
}
