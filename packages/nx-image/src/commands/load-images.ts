import type { ProjectGraph } from '@nx/devkit';
import type { Image } from '../config/build-config';
import { graphCatalog } from '../inference/graph-catalog';
import { KANIKO_EXECUTOR, MANIFEST_TOOL_EXECUTOR } from '../inference/image-project';
import type { ImageCatalog, RunOptions } from '../run/run-context';
import { findWorkspace, type Workspace } from './find-workspace';

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

/** Asks nx for its graph. Where nx makes none it says why, and ends this process. @throws HephyErrors of configs */
export async function loadImages(): Promise<LoadedImages> {
  const workspace = findWorkspace(process.cwd());
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the commands that need the graph pay for it
  const { createProjectGraphAsync } = require('@nx/devkit') as typeof import('@nx/devkit');
  const graph = await createProjectGraphAsync({ exitOnError: true });
  const catalog = graphCatalog(workspace.root, graph);
  const images = catalog.roots.flatMap((root) => catalog.images(root));
  return {
    ...{ workspace, graph, catalog },
    images: images.sort((a, b) => (a.name < b.name ? -1 : 1)),
    options: optionsOf(graph),
  };
}

/** What executors are told. */
export function optionsOf(graph: ProjectGraph): RunOptions {
  const targets = Object.values(graph.nodes).flatMap(({ data }) => Object.values(data.targets ?? {}));
  const of = (executor: string): RunOptions =>
    (targets.find((target) => target.executor === executor)?.options ?? {}) as RunOptions;
  return { ...of(MANIFEST_TOOL_EXECUTOR), ...of(KANIKO_EXECUTOR) };
}
