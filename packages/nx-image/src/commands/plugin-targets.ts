import type { ProjectGraph } from '@nx/devkit';
import { imageProjects } from '../inference/image-projects';
import { targetNames, type HephyPluginOptions, type TargetNames } from '../inference/plugin-options';
import type { ContextTarget } from '../run/pipeline/run-context-targets';
import type { Workspace } from './find-workspace';

/** The plugin may be there several times, for other directories, with other names. */
export function pluginTargets({ nxJson }: Workspace): readonly TargetNames[] {
  const entries = (nxJson.plugins ?? []).map((one) => (typeof one === 'string' ? { plugin: one } : one));
  return entries
    .filter(({ plugin }) => plugin === '@hephy/nx-image/plugin')
    .map((entry) => targetNames('options' in entry ? (entry.options as HephyPluginOptions) : undefined));
}

/** By the root of an image directory: the target of its project that writes files into it, where there is one. */
export function contextTargets(workspace: Workspace, graph: ProjectGraph): (root: string) => ContextTarget | undefined {
  const names = pluginTargets(workspace);
  const { nameOf } = imageProjects(graph);
  return (root) => {
    const project = nameOf(root);
    const targets = graph.nodes[project]?.data.targets ?? {};
    const target = names.map(({ context }) => context).find((name) => Object.hasOwn(targets, name));
    return target === undefined ? undefined : { project, target };
  };
}
