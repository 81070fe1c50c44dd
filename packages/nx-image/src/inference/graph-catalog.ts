import type { ProjectGraph } from '@nx/devkit';
import { imageCatalog } from '../run/image-catalog';
import type { ImageCatalog } from '../run/run-context';
import { findVerifyTarget } from './find-verify-target';
import { isImageProject } from './is-image-project';
import { loadDirectory } from './load-images';
import { weeklyImages } from './weekly-images';

/** The images as the project graph has them, and as rebuild-weekly.txt makes them; configs are read when they are asked for. @throws HephyErrors WEEKLY_LIST_INVALID */
export function graphCatalog(workspaceRoot: string, { nodes, dependencies }: ProjectGraph): ImageCatalog {
  const rootOf = (name: string): string | undefined => {
    const data = nodes[name]?.data;
    return isImageProject(data) ? data?.root : undefined;
  };
  const names = new Map(
    Object.keys(nodes).flatMap((name) => {
      const root = rootOf(name);
      return root === undefined ? [] : [[root, name] as const];
    }),
  );
  const roots = [...names.keys()];
  const load = (root: string) => loadDirectory(workspaceRoot, `${root}/build-config.yaml`);
  const asListed = weeklyImages(workspaceRoot, { roots, images: load });
  return imageCatalog({
    roots,
    parentsOf: (root) => (dependencies[names.get(root) ?? ''] ?? []).flatMap(({ target }) => rootOf(target) ?? []),
    verifyTarget: (image) => findVerifyTarget(image, names.get(image.root), nodes),
    load: (root) => {
      const [own, ...variants] = load(root);
      return [asListed(own), ...variants.map(asListed)];
    },
  });
}
