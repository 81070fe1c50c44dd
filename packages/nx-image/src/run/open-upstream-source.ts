import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Image, Upstream } from '../config/build-config';
import { atPlace } from '../errors/at-place';
import { HephyError } from '../errors/hephy-error';
import { fetchCommit } from '../source/upstream/fetch-commit';
import { listUpstream } from '../source/upstream/list-upstream';
import { materialiseUpstream } from '../source/upstream/materialise-upstream';
import { readUpstreamFile } from '../source/upstream/read-upstream-file';
import type { CommitAccess } from '../source/upstream/read-tree';
import type { ContextListing } from '../source/source';
import { readLocalDockerfile } from './read-local-dockerfile';
import { contextStore, upstreamStore, type OpenSource } from './opened-source';
import type { RunContext } from './run-context';

/**
 * A commit of an upstream repository, fetched unless the store has it; the Dockerfile from there, or beside the config.
 * @param known the commit, where an earlier step of the run has found it: a branch may have moved since
 * @throws HephyError UPSTREAM_…, DOCKERFILE_MISSING
 */
export async function openUpstreamSource(
  context: RunContext,
  image: Image,
  upstream: Upstream,
  known: string | undefined,
): Promise<OpenSource> {
  const { repo, ref } = upstream;
  const { commit, name, notes } = await context.upstreamCommit(repo, known ?? ref).catch((error: unknown) => {
    throw atConfig(error, image);
  });
  const store = upstreamStore(context);
  const git = { env: context.env, runProcess: context.runProcess, signal: context.signal };
  await fetchCommit({ ...git, store, repo, commit, name }).catch((error: unknown) => {
    throw atConfig(error, image);
  });
  const access: CommitAccess = { ...git, store, commit };
  const local = image.config.dockerfileFrom === 'local';
  let listing: Promise<ContextListing> | undefined;
  const list = (): Promise<ContextListing> =>
    (listing ??= listUpstream({
      ...access,
      contextPath: image.config.contextPath,
      dockerfilePath: local ? undefined : image.config.dockerfilePath,
      ...(local ? ignoreFileBeside(context.workspaceRoot, image) : {}),
    }));
  return {
    upstream: { repo, ref, commit },
    dockerfilePath: local ? posix.join(image.root, image.config.dockerfilePath) : image.config.dockerfilePath,
    dockerfileText: local
      ? readLocalDockerfile(context.workspaceRoot, image)
      : await readDockerfile(access, image, upstream),
    notes,
    list,
    materialise: async () => materialiseUpstream({ ...access, listing: await list(), to: contextStore(context) }),
  };
}

/** An upstream is asked once for all images that have it; each has it in a config of its own. */
function atConfig(error: unknown, image: Image): unknown {
  const told = error instanceof HephyError && error.code.startsWith('UPSTREAM_');
  return told ? atPlace(error, { file: image.configFile }) : error;
}

async function readDockerfile(access: CommitAccess, image: Image, upstream: Upstream): Promise<string> {
  const path = image.config.dockerfilePath;
  const bytes = await readUpstreamFile({ ...access, path });
  if (bytes !== undefined) return bytes.toString('utf8');
  throw new HephyError(
    'DOCKERFILE_MISSING',
    `${upstream.repo} has no ${path} at ${upstream.ref} (${access.commit.slice(0, 7)})`,
    {
      where: { file: image.configFile },
      hint: 'Say in `dockerfile_path` where it is, from the upstream’s root; or write one here with `dockerfile_from: local`.',
    },
  );
}

/** `<Dockerfile>.dockerignore` of the workspace goes before what the upstream ignores. */
function ignoreFileBeside(
  workspaceRoot: string,
  image: Image,
): { readonly dockerignore?: { readonly text: string; readonly file: string } } {
  const file = posix.join(image.root, `${image.config.dockerfilePath}.dockerignore`);
  const path = join(workspaceRoot, file);
  return existsSync(path) ? { dockerignore: { text: readFileSync(path, 'utf8'), file } } : {};
}
