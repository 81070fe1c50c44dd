import { isDigest, type Digest } from '../oci/digest';
import type { Range } from './dockerfile';
import { argumentWords, sourceRange, type Instruction } from './instruction';

/**
 * `ADD --checksum=sha256:… https://… <to>`. Kaniko never looks at the sum and buildah before 1.30 does not know the flag: hephy fetches the file, verifies it,
 * and has the builder copy what it verified.
 */
export interface Download {
  readonly url: string;
  readonly digest: Digest;
  /** What the address ends in: the file's name in a directory. */
  readonly name: string;
  /** Where `ADD`, the flag and the address stand in the file. */
  readonly ranges: { readonly keyword: Range; readonly flag: Range; readonly source: Range };
  /** From 1. */
  readonly line: number;
}

/** An `ADD --checksum` that cannot be taken apart so. */
export interface UnreadDownload {
  readonly offset: number;
  readonly what: string;
}

const FLAG = '--checksum=';
/** Flags that COPY has as well, and with the same meaning. */
const SHARED_FLAG = /^--(?:chown=|chmod=|link(?:=|$))/;

/** undefined: an ADD without a sum, which is the builder's own affair. */
export function findDownload(instruction: Instruction): Download | UnreadDownload | undefined {
  const flag = instruction.flags.find(({ text }) => text.startsWith(FLAG));
  if (flag === undefined) return undefined;
  const flagRange = sourceRange(instruction, flag.range);
  const unread = (what: string): UnreadDownload => ({ offset: flagRange.start, what });
  const other = instruction.flags.find((one) => one !== flag && !SHARED_FLAG.test(one.text));
  if (other !== undefined) return unread(`ADD has both --checksum and ${other.text}`);
  const words = argumentWords(instruction);
  const [source, to] = words;
  const written = [flag, ...words].map(({ range }) => instruction.text.slice(range.start, range.end));
  if (written.some((text) => /[$'"\\`]|^\[/.test(text)) || instruction.heredocs)
    return unread('ADD --checksum is written with variables, quotes or escapes');
  const digest = flag.text.slice(FLAG.length);
  if (!isDigest(digest)) return unread(`ADD --checksum is given ${digest.slice(0, 80)}, which is no sha256 sum`);
  if (source === undefined || to === undefined || words.length > 2)
    return unread('ADD --checksum has not one address and one place');
  const name = nameIn(source.text);
  if (name === undefined) return unread(`ADD --checksum is given ${source.text.slice(0, 200)}, which names no file`);
  const start = instruction.text.search(/\S/);
  return {
    url: source.text,
    digest,
    name,
    ranges: {
      keyword: sourceRange(instruction, keywordRange(instruction, start)),
      flag: flagRange,
      source: sourceRange(instruction, source.range),
    },
    line: instruction.line,
  };
}

function keywordRange(instruction: Instruction, start: number): Range {
  return { start, end: start + instruction.keyword.length };
}

/** Plain names only: COPY would read others as patterns. */
function nameIn(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, pathname } = new URL(address);
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  const plain = /^[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,99}$/.test(name);
  return (protocol === 'https:' || protocol === 'http:') && plain ? name : undefined;
}
