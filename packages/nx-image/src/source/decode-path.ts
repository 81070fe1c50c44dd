const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A path's bytes as text; undefined where they are no UTF-8. */
export function decodePath(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined; // fatal: that is the answer
  }
}

/** The bytes as printable text, for messages. */
export function showBytes(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1')).slice(1, -1);
}

/** The parts of output that ends each entry with NUL. */
export function splitNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0, start);
    parts.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    start = end === -1 ? bytes.length : end + 1;
  }
  return parts;
}
