import { posix } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { decodePath } from '../decode-path';
import type { UpstreamCommit } from './fetch-submodule';
import { findHome } from './find-home';
import { followLinks } from './follow-links';
import { readSmallBlobs } from './read-blobs';
import { readEntries } from './read-tree';

const MOST_LINKS = 8;
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * A file of the commit, from its root, or of a submodule; undefined where there is none. A link is followed as long as it stays inside, for Dockerfiles are often links.
 * @throws HephyError CONTEXT_ESCAPES, SUBMODULE_…, CONTEXT_UNSUPPORTED for what is too large to be read
 */
export async function readUpstreamFile(input: UpstreamCommit & { readonly path: string }): Promise<Buffer | undefined> {
  let path = posix.normalize(input.path);
  for (let links = 0; links <= MOST_LINKS; links++) {
    if (path === '.' || path === '..' || path.startsWith('../') || path.startsWith('/')) {
      throw new HephyError('CONTEXT_ESCAPES', `${input.path} leads out of the upstream`);
    }
    const found = await readEntries(input, [path]);
    const entry = found.find((one) => one.path === path);
    if (entry === undefined)
      return readFromSubmodule(
        input,
        path,
        found.map((one) => one.path),
      );
    if (!['100644', '100755', '120000'].includes(entry.mode)) return undefined;
    if (entry.size > MOST_BYTES) {
      throw new HephyError('CONTEXT_UNSUPPORTED', `${input.path} is larger than 10 MiB`);
    }
    const bytes = (await readSmallBlobs(input, [entry.id])).get(entry.id);
    if (entry.mode !== '120000' || bytes === undefined) return bytes;
    const followed = followLinks(new Map([[path, decodePath(bytes) ?? '']]), path);
    if (followed.kind === 'circle') return undefined;
    path = followed.kind === 'path' ? followed.path : '..';
  }
  return undefined;
}

/** Where the directory of a missing file is there, the file is nowhere else. */
async function readFromSubmodule(
  commit: UpstreamCommit,
  path: string,
  seen: readonly string[],
): Promise<Buffer | undefined> {
  const directory = posix.dirname(path);
  if (directory === '.' || seen.includes(directory)) return undefined;
  const home = await findHome(commit, path);
  return home.path === path ? undefined : readUpstreamFile({ ...home.commit, path: home.path });
}
