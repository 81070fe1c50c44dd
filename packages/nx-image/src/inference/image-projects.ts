import type { ProjectGraph } from '@nx/devkit';
import type { ImageProjects } from '../plan/drift-run';
import { isImageProject } from './is-image-project';

/** The projects of images in nx's graph: a project.json may call one otherwise than its directory. */
export function imageProjects({ nodes, dependencies }: ProjectGraph): ImageProjects {
  const roots = new Map<string, string>();
  for (const [name, { data }] of Object.entries(nodes)) {
    if (isImageProject(data)) roots.set(data.root, name);
  }
  const names = new Set(roots.values());
  const dependents = new Map<string, string[]>();
  for (const [name, edges] of Object.entries(dependencies)) {
    if (!names.has(name)) continue;
    for (const { target } of edges) dependents.set(target, [...(dependents.get(target) ?? []), name]);
  }
  return {
    nameOf: (root) => {
      const name = roots.get(root);
      if (name === undefined) throw new Error(`${root} is the directory of no project`);
      return name;
    },
    dependents: (project) => dependents.get(project) ?? [],
  };
}
