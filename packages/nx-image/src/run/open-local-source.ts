import { posix } from 'node:path';
import type { Image } from '../config/build-config';
import { contextDirectory } from '../source/context-directory';
import { listContext } from '../source/list-context';
import { materialiseContext } from '../source/materialise-context';
import type { ContextListing } from '../source/source';
import { contextStore, type OpenSource } from './opened-source';
import { readLocalDockerfile } from './read-local-dockerfile';
import type { RunContext } from './run-context';

/** The Dockerfile and the context in the image's own directory. @throws HephyError DOCKERFILE_MISSING */
export function openLocalSource(context: RunContext, image: Image): OpenSource {
  const { workspaceRoot, signal } = context;
  const { contextPath, dockerfilePath } = image.config;
  let listing: Promise<ContextListing> | undefined;
  const list = (): Promise<ContextListing> =>
    (listing ??= Promise.all([context.fileModes(), context.missingSubmodules()]).then(([modes, missing]) =>
      listContext({ workspaceRoot, imageRoot: image.root, contextPath, dockerfilePath, modes, missing, signal }),
    ));
  return {
    upstream: undefined,
    dockerfilePath: posix.join(image.root, dockerfilePath),
    dockerfileText: readLocalDockerfile(workspaceRoot, image),
    notes: [],
    list,
    materialise: async () => {
      const from = contextDirectory({ workspaceRoot, imageRoot: image.root, contextPath });
      return materialiseContext({ listing: await list(), from, to: contextStore(context), signal });
    },
  };
}
