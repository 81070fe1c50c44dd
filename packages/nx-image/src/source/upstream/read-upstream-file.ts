import { posix } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { decodePath } from '../decode-path';
import { followLinks } from './follow-links';
import { readSmallBlobs } from './read-blobs';
import { readEntry, type CommitAccess } from './read-tree';

const MOST_LINKS = 8;
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * A file of the commit, from its root; undefined where there is none. A link is followed as long as it stays inside, for Dockerfiles are often links.
 * @throws HephyError CONTEXT_ESCAPES, CONTEXT_UNSUPPORTED for what is too large to be read
 */
export async function readUpstreamFile(input: CommitAccess & { readonly path: string }): Promise<Buffer | undefined> {
  let path = posix.normalize(input.path);
  for (let links = 0; links <= MOST_LINKS; links++) {
    if (path === '.' || path === '..' || path.startsWith('../') || path.startsWith('/')) {
      throw new HephyError('CONTEXT_ESCAPES', `${input.path} leads out of the upstream`);
    }
    const entry = await readEntry(input, path);
    if (entry === undefined || !['100644', '100755', '120000'].includes(entry.mode)) return undefined;
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
