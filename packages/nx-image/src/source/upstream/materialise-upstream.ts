import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { hexOf } from '../../oci/digest';
import { ContextWriter } from '../context-writer';
import type { ContextEntry } from '../source';
import { fillStored, useStored } from '../stored-directory';
import type { UpstreamListing } from './list-upstream';
import { readBlobs, type BlobSink } from './read-blobs';
import type { CommitAccess } from './read-tree';

export interface MaterialiseUpstreamInput extends Omit<CommitAccess, 'commit' | 'others'> {
  readonly listing: UpstreamListing;
  /** The store of contexts, the same as for local ones. */
  readonly to: string;
}

/** Writes what was listed into the store of contexts and answers where: bytes as they are in the commit. See `materialiseContext`. */
export async function materialiseUpstream(input: MaterialiseUpstreamInput): Promise<string> {
  const path = join(input.to, hexOf(input.listing.digest));
  if (useStored(path)) return path;
  const [commit, ...others] = input.listing.commits;
  await fillStored(path, async (directory) => {
    const writer = new ContextWriter(directory);
    const files: ContextEntry[] = [];
    for (const entry of input.listing.entries) {
      if (entry.kind === 'symlink') writer.link(entry.path, entry.content);
      else if (entry.kind !== 'directory') files.push(entry);
    }
    let next = 0;
    let open: number | undefined;
    const ids = files.map(({ content }) => content.slice('git:'.length));
    const sink = (): BlobSink => {
      const entry = files[next++];
      if (entry === undefined) throw new Error('git cat-file gave more than was asked for');
      const file = (open = writer.open(entry.path));
      return {
        write: (bytes) => {
          writer.write(file, bytes);
        },
        end: () => {
          open = undefined;
          writer.close(file, entry.path, entry.kind === 'executable');
        },
      };
    };
    try {
      await readBlobs({ ...input, commit, others }, ids, sink);
    } finally {
      if (open !== undefined) closeSync(open);
    }
    writer.finish();
  });
  return path;
}
