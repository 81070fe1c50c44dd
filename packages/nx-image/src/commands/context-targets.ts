import type { ProjectGraph } from '@nx/devkit';
import { KANIKO_EXECUTOR } from '../inference/image-project';
import { imageProjects } from '../inference/image-projects';
import type { ContextTarget } from '../run/pipeline/run-context-targets';

/**
 * By the root of an image directory: the target of its project that writes files into it, where there is one. As the graph has it, whatever options and whichever nx.json the plugin got
 * its names from: what `prepare` waits for, and the project has.
 */
export function contextTargets(graph: ProjectGraph): (root: string) => ContextTarget | undefined {
  const { nameOf } = imageProjects(graph);
  return (root) => {
    const project = nameOf(root);
    const targets = graph.nodes[project]?.data.targets ?? {};
    const prepare = Object.values(targets).find(
      ({ executor, options }) => executor === KANIKO_EXECUTOR && isPrepare(options),
    );
    const target = prepare?.dependsOn?.find((one) => typeof one === 'string' && Object.hasOwn(targets, one));
    return typeof target === 'string' ? { project, target } : undefined;
  };
}

function isPrepare(options: unknown): boolean {
  return (options as { readonly step?: unknown } | undefined)?.step === 'prepare';
}
