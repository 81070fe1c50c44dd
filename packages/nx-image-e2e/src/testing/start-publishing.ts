import { startRegistry } from '../../../nx-image/testing/registry-server';
import { RegistryView } from './registry-view';
import type { Env } from './run';
import { Workspace } from './workspace';

/** A workspace of images, and the registry of its own that it publishes to. */
export interface Publishing {
  /** `host:port` of the registry. */
  readonly host: string;
  readonly registry: RegistryView;
  readonly workspace: Workspace;
  readonly end: () => Promise<void>;
}

/** @param filesFor the registry's host: for Dockerfiles that name it */
export async function startPublishing(
  filesFor: (host: string) => Readonly<Record<string, string>>,
  env: Env = {},
): Promise<Publishing> {
  const server = await startRegistry();
  const registry = new RegistryView(`${server.host}/team/images`);
  const workspace = await Workspace.withImages(filesFor(server.host), { ECR_REGISTRY: registry.repository, ...env });
  return {
    ...{ host: server.host, registry, workspace },
    end: async () => {
      await workspace.remove();
      await server.stop();
    },
  };
}
