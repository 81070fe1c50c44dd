import { quoted } from '../../config/quoted';
import { HephyError } from '../../errors/hephy-error';
import { decodePath } from '../decode-path';
import { readSmallBlobs } from './read-blobs';
import type { CommitAccess, TreeEntry } from './read-tree';

const LONGEST_TARGET = 4095;

/** The targets of links, by path. @throws HephyError CONTEXT_UNSUPPORTED for one that no file system takes */
export async function readLinks(access: CommitAccess, entries: readonly TreeEntry[]): Promise<Map<string, string>> {
  const links = entries.filter(({ mode }) => mode === '120000');
  const long = links.find(({ size }) => size > LONGEST_TARGET);
  if (long !== undefined) throw unreadable(long.path);
  const blobs = await readSmallBlobs(
    access,
    links.map(({ id }) => id),
  );
  return new Map(
    links.map(({ path, id }) => {
      const target = decodePath(blobs.get(id) ?? Buffer.alloc(0));
      if (target !== undefined && target !== '' && !target.includes('\0')) return [path, target];
      throw unreadable(path);
    }),
  );
}

function unreadable(path: string): HephyError {
  return new HephyError(
    'CONTEXT_UNSUPPORTED',
    `${quoted(path)} of the upstream is a link that points at nothing readable`,
  );
}
