import type { ProjectGraph } from '@nx/devkit';
import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import { graphCatalog } from '../inference/graph-catalog';
import { KANIKO_EXECUTOR, MANIFEST_TOOL_EXECUTOR } from '../inference/image-project';
import type { ImageCatalog, RunOptions } from '../run/run-context';
import { findPlugin, findWorkspace, type Workspace } from './find-workspace';
import { makeGraph } from './make-graph';

/** What the workspace has, by nx's graph, as a run has it. */
export interface LoadedImages {
  readonly workspace: Workspace;
  readonly graph: ProjectGraph;
  readonly catalog: ImageCatalog;
  /** All of them, by name. */
  readonly images: readonly Image[];
  /** Of the plugin, as it gave them to the targets. */
  readonly options: RunOptions;
}

/** Asks nx for its graph. @throws HephyError GRAPH_FAILED, PLUGIN_MISSING, HephyErrors of configs */
export async function loadImages(): Promise<LoadedImages> {
  const workspace = findWorkspace(process.cwd());
  const graph = await makeGraph();
  const catalog = graphCatalog(workspace.root, graph);
  if (catalog.roots.length === 0) requirePlugin(workspace);
  const images = catalog.roots.flatMap((root) => catalog.images(root));
  return {
    ...{ workspace, graph, catalog },
    images: images.sort((a, b) => (a.name < b.name ? -1 : 1)),
    options: optionsOf(graph),
  };
}

/** Without it nx knows of no image, and there would be nothing to do. What nx.json extends may have it, too. */
function requirePlugin(workspace: Workspace): void {
  if (workspace.nxJson.extends !== undefined || findPlugin(workspace) !== undefined) return;
  throw new HephyError('PLUGIN_MISSING', 'nx.json does not name the plugin, so that no directory is an image', {
    where: { file: 'nx.json' },
    hint: 'npx nx g @hephy/nx-image:init',
  });
}

/** What executors are told. */
export function optionsOf(graph: ProjectGraph): RunOptions {
  const targets = Object.values(graph.nodes).flatMap(({ data }) => Object.values(data.targets ?? {}));
  const of = (executor: string): RunOptions =>
    (targets.find((target) => target.executor === executor)?.options ?? {}) as RunOptions;
  return { ...of(MANIFEST_TOOL_EXECUTOR), ...of(KANIKO_EXECUTOR) };
}
