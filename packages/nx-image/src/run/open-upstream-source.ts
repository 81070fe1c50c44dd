import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Image, Upstream } from '../config/build-config';
import { atPlace } from '../errors/at-place';
import { HephyError } from '../errors/hephy-error';
import { listUpstream, type UpstreamListing } from '../source/upstream/list-upstream';
import { materialiseUpstream } from '../source/upstream/materialise-upstream';
import { readUpstreamFile } from '../source/upstream/read-upstream-file';
import type { UpstreamCommit } from '../source/upstream/fetch-submodule';
import { readLocalDockerfile } from './read-local-dockerfile';
import { refuseMovedTag } from './refuse-moved-tag';
import { contextStore, upstreamStore, type OpenSource } from './opened-source';
import type { RunContext } from './run-context';

/**
 * A commit of an upstream repository, fetched unless the store has it; the Dockerfile from there, or beside the config.
 * @param known the commit, where an earlier step of the run has found it: a branch may have moved since
 * @throws HephyError UPSTREAM_…, DOCKERFILE_MISSING, and what the registry client throws
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
  // One source is for all images of the directory, and each was published by itself.
  for (const one of context.catalog.images(image.root)) await refuseMovedTag(context, one, upstream, { commit, name });
  const store = upstreamStore(context);
  const git = { env: context.env, runProcess: context.runProcess, signal: context.signal };
  await context.fetchUpstream(repo, commit, name).catch((error: unknown) => {
    throw atConfig(error, image);
  });
  const access: UpstreamCommit = { ...git, store, repo, commit };
  const local = image.config.dockerfileFrom === 'local';
  let listing: Promise<UpstreamListing> | undefined;
  const list = (): Promise<UpstreamListing> =>
    (listing ??= listUpstream({
      ...access,
      contextPath: image.config.contextPath,
      dockerfilePath: local ? undefined : image.config.dockerfilePath,
      ...ownIgnoreFile(context.workspaceRoot, image),
    }).catch((error: unknown) => {
      throw atConfig(error, image);
    }));
  return {
    upstream: { repo, ref, commit, ...(name === undefined ? {} : { name }) },
    dockerfilePath: local ? posix.join(image.root, image.config.dockerfilePath) : image.config.dockerfilePath,
    dockerfileText: local
      ? readLocalDockerfile(context.workspaceRoot, image)
      : await readDockerfile(access, image, upstream),
    notes,
    list,
    materialise: async () => materialiseUpstream({ ...git, store, listing: await list(), to: contextStore(context) }),
  };
}

/** What is wrong with an upstream is mended in the config that names it: an upstream is asked once for all images that have it, each has it in a config of its own. */
function atConfig(error: unknown, image: Image): unknown {
  return error instanceof HephyError && error.where === undefined ? atPlace(error, { file: image.configFile }) : error;
}

async function readDockerfile(access: UpstreamCommit, image: Image, upstream: Upstream): Promise<string> {
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

/** The workspace's own ignore file goes before what the upstream ignores: `<Dockerfile>.dockerignore` of a Dockerfile here, or `.dockerignore` beside the config. */
function ownIgnoreFile(
  workspaceRoot: string,
  { root, config }: Image,
): { readonly dockerignore?: { readonly text: string; readonly file: string } } {
  const beside = config.dockerfileFrom === 'local' ? [posix.join(root, `${config.dockerfilePath}.dockerignore`)] : [];
  const file = [...beside, posix.join(root, '.dockerignore')].find((one) => existsSync(join(workspaceRoot, one)));
  if (file === undefined) return {};
  return { dockerignore: { text: readFileSync(join(workspaceRoot, file), 'utf8'), file } };
}
