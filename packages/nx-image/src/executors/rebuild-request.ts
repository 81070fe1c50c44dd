import type { ExecutorContext } from '@nx/devkit';
import { imageFinder } from '../config/named-images';
import { HephyError } from '../errors/hephy-error';
import { KANIKO_EXECUTOR } from '../inference/image-project';
import type { Rebuild } from '../run/rebuild';
import type { ImageCatalog } from '../run/run-context';
import type { ExecutorOptions, ExecutorTask } from './executor-task';

/** Words of `--rebuild` that name images which this nx command builds in no task: nothing comes of them. */
export function unmetRebuild(
  rebuild: Rebuild | undefined,
  catalog: ImageCatalog,
  { taskGraph, projectGraph }: Pick<ExecutorContext, 'taskGraph' | 'projectGraph'>,
): readonly string[] {
  if (rebuild === undefined || rebuild === 'all' || rebuild.length === 0 || taskGraph === undefined) return [];
  const built = new Set<string>();
  for (const { target } of Object.values(taskGraph.tasks)) {
    const data = projectGraph.nodes[target.project]?.data;
    const found = data?.targets?.[target.target];
    const { step, variant } = (found?.options ?? {}) as ExecutorOptions;
    if (data === undefined || found?.executor !== KANIKO_EXECUTOR || step !== 'build') continue;
    built.add(catalog.image(data.root, variant).name);
  }
  const find = imageFinder(catalog);
  return rebuild.filter((word) => find(word)?.some((name) => built.has(name)) !== true);
}

/** From nx's command line the seed has it, too. @throws HephyError OPTIONS_INVALID */
export function refuseStandingRebuild(rebuild: Rebuild | undefined, tasks: readonly ExecutorTask[]): void {
  const found = tasks.find(({ options }) => options.rebuild !== undefined && options.rebuild !== false);
  if (found === undefined || rebuild !== undefined) return;
  throw new HephyError('OPTIONS_INVALID', `\`rebuild\` stands among the options of ${found.id}`, {
    hint: 'It is for once, on the command line: --rebuild. What is never to be reused has `reuse: false` in its build-config.yaml; what must not grow old, `max_age: 7d`.',
  });
}
