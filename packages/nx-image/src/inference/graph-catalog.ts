import type { ProjectGraph } from '@nx/devkit';
import { imageCatalog } from '../run/image-catalog';
import type { ImageCatalog } from '../run/run-context';
import { KANIKO_EXECUTOR } from './image-project';
import { loadDirectory } from './load-images';

/** The images as the project graph has them; configs are read when they are asked for. */
export function graphCatalog(workspaceRoot: string, { nodes, dependencies }: ProjectGraph): ImageCatalog {
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
    load: (root) => loadDirectory(workspaceRoot, `${root}/build-config.yaml`),
  });
}
