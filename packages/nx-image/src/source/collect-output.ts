export interface CollectedOutput {
  readonly onChunk: (chunk: Uint8Array) => void;
  readonly bytes: () => Buffer;
}

/** Keeps a process's output up to `most` bytes; beyond them throws what `tooMuch` makes, which ends the process. */
export function collectOutput(most: number, tooMuch: () => Error): CollectedOutput {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    onChunk: (chunk) => {
      size += chunk.length;
      if (size > most) throw tooMuch();
      chunks.push(Buffer.from(chunk));
    },
    bytes: () => Buffer.concat(chunks),
  };
}
