import type { CreateDependencies, DependencyType, RawProjectGraphDependency } from '@nx/devkit';
import { checkImages } from '../config/image-table';
import { imagesIn, parentsOf, recallFacts } from './image-facts';
import { isImageProject } from './is-image-project';
import type { HephyPluginOptions } from './plugin-options';

/** The enum's value; the enum itself would load all of the devkit into every graph. */
const IMPLICIT = 'implicit' as unknown as DependencyType.implicit;

/**
 * An implicit edge for each image of the repository that a Dockerfile is FROM or copies from. Found by root: a project.json may rename a project.
 * Implicit, since a static edge goes stale when the other side changes.
 */
export const createDependencies: CreateDependencies<HephyPluginOptions> = (_options, context) => {
  const nameByRoot = new Map<string, string>();
  for (const [name, project] of Object.entries(context.projects)) {
    if (isImageProject(project)) nameByRoot.set(project.root, name);
  }
  const directories = recallFacts(
    context.workspaceRoot,
    [...nameByRoot.keys()].map((root) => `${root}/build-config.yaml`),
  );
  const { owners } = checkImages(imagesIn(directories));
  const edges: RawProjectGraphDependency[] = [];
  for (const directory of directories) {
    const source = nameByRoot.get(directory[0].image.root);
    const parents = directory.flatMap((one) => parentsOf(one, owners));
    for (const root of new Set(parents.map((parent) => parent.root))) {
      const target = nameByRoot.get(root);
      if (source === undefined || target === undefined || target === source) continue;
      edges.push({ source, target, type: IMPLICIT });
    }
  }
  return edges;
};
