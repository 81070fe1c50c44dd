import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { HephyError } from '../errors/hephy-error';
import { hexOf } from '../oci/digest';
import { ContextWriter } from './context-writer';
import { hashBytes, openRegular, readSmall, streamFile } from './hash-file';
import type { ContextEntry, ContextListing } from './source';
import { fillStored, useStored } from './stored-directory';

export interface MaterialiseInput {
  readonly listing: ContextListing;
  /** The context's directory, absolute: see `contextDirectory`. */
  readonly from: string;
  /** The store; the copy is `<to>/<hex of the listing's digest>`. */
  readonly to: string;
  readonly signal?: AbortSignal;
}

const TURN = 64;

/**
 * Copies what was listed, and nothing else, into the store, and answers where. Any number of processes may do so at once. The same listing gives the same
 * copy, times and modes included, under any umask and user. It is shared: whoever writes needs a copy of their own.
 * @throws HephyError CONTEXT_CHANGED where a file is no longer what was listed
 */
export async function materialiseContext(input: MaterialiseInput): Promise<string> {
  const path = join(input.to, hexOf(input.listing.digest));
  if (useStored(path)) return path;
  await fillStored(path, async (directory) => {
    const writer = new ContextWriter(directory);
    let turn = 0;
    for (const entry of input.listing.entries) {
      if (++turn % TURN === 0) await setImmediate();
      input.signal?.throwIfAborted();
      if (entry.kind === 'symlink') writer.link(entry.path, entry.content);
      else if (entry.kind !== 'directory') await copy(writer, input.from, entry, input.signal);
    }
    writer.finish();
  });
  return path;
}

async function copy(
  writer: ContextWriter,
  from: string,
  entry: ContextEntry,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = open(join(from, entry.path), entry.path);
  const target = writer.open(entry.path);
  try {
    const small = readSmall(source);
    if (small !== undefined) {
      closeSync(source);
      writer.write(target, small);
      compare(entry, hashBytes(small));
    } else {
      const hash = createHash('sha256');
      for await (const chunk of streamFile(source, signal)) {
        hash.update(chunk);
        writer.write(target, chunk);
      }
      compare(entry, hash.digest('hex'));
    }
  } catch (error) {
    closeSync(target);
    throw error;
  }
  writer.close(target, entry.path, entry.kind === 'executable');
}

function compare(entry: ContextEntry, hash: string): void {
  if (hash !== entry.content) throw changed(entry.path);
}

function open(path: string, name: string): number {
  try {
    return openRegular(path).file;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) throw cause;
    throw changed(name, cause);
  }
}

function changed(path: string, cause?: unknown): HephyError {
  return new HephyError('CONTEXT_CHANGED', `${path} changed while the context was copied`, {
    hint: 'Run again when nothing writes into the context.',
    cause,
  });
}
