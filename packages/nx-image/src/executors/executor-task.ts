import type { ExecutorContext, ProjectGraph } from '@nx/devkit';
import { KANIKO_EXECUTOR, MANIFEST_TOOL_EXECUTOR } from '../inference/image-project';
import { loadImage } from '../inference/load-images';
import { imageCatalog } from '../run/image-catalog';
import type { ImageCatalog, RunOptions } from '../run/run-context';

/** Options of both executors, as nx merges them. */
export interface ExecutorOptions extends RunOptions {
  readonly step?: 'prepare' | 'build';
  readonly platform?: string;
}

/** A task of ours: what to do, in which image directory. */
export interface ExecutorTask {
  readonly id: string;
  readonly root: string;
  readonly step: 'prepare' | 'build' | 'manifest';
  /** As the option has it; only of the step `build`. */
  readonly platform: string | undefined;
  readonly options: ExecutorOptions;
}

export function executorTask(id: string, root: string, executor: string, options: ExecutorOptions): ExecutorTask {
  const step = executor === MANIFEST_TOOL_EXECUTOR ? 'manifest' : (options.step ?? 'build');
  return { id, root, step, platform: options.platform, options };
}

/** The images as the project graph has them; configs are read when they are asked for. */
export function catalogOf(context: Pick<ExecutorContext, 'root' | 'projectGraph'>): ImageCatalog {
  const { nodes, dependencies }: ProjectGraph = context.projectGraph;
  const rootOf = (name: string): string | undefined => {
    const data = nodes[name]?.data;
    const ours = Object.values(data?.targets ?? {}).some((target) => target.executor === KANIKO_EXECUTOR);
    return ours ? data?.root : undefined;
  };
  const names = new Map(
    Object.keys(nodes).flatMap((name) => {
      const root = rootOf(name);
      return root === undefined ? [] : [[root, name] as const];
    }),
  );
  return imageCatalog({
    roots: [...names.keys()],
    parentsOf: (root) => (dependencies[names.get(root) ?? ''] ?? []).flatMap(({ target }) => rootOf(target) ?? []),
    load: (root) => loadImage(context.root, `${root}/build-config.yaml`),
  });
}
