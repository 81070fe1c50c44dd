/** What is wrong with a tar: nobody could unpack it. */
export class TarError extends Error {}

export const TAR_BLOCK = 512;

/** With the padding to whole blocks. */
export function paddedSize(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

export function isZeroBlock(block: Buffer): boolean {
  for (let at = 0; at < TAR_BLOCK; at++) if (block[at] !== 0) return false;
  return true;
}

/** The sum over the header, its own field taken as spaces; unsigned, or signed as some old writers have it. */
export function hasChecksum(block: Buffer): boolean {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < TAR_BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const sum = readNumber(block, 148, 8);
  return sum === unsigned || sum === signed;
}

/** Octal digits, or base 256 where the first bit is set. */
export function readNumber(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) {
    if ((first & 0x40) !== 0) throw new TarError('a number in it is negative');
    let value = first & 0x3f;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + (block[at] ?? 0);
    return checkSize(value);
  }
  const text = block
    .toString('latin1', start, start + length)
    .replace(/\0.*$/s, '')
    .trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text)) throw new TarError('a number in it is none');
  return checkSize(Number.parseInt(text, 8));
}

function checkSize(value: number): number {
  if (!Number.isSafeInteger(value)) throw new TarError('a number in it is too large');
  return value;
}

export function readText(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end < 0 || end > start + length ? start + length : end);
}

/** Name and, in POSIX headers, the prefix before it. GNU's headers have times where POSIX has the prefix. */
export function readPath(block: Buffer): string {
  const name = readText(block, 0, 100);
  const posix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = posix ? readText(block, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** What extended headers say in place of the header that follows them. */
export interface TarOverrides {
  path?: string;
  target?: string;
  size?: number;
}

/** `<length> <key>=<value>\n`, values of any bytes. */
export function readRecords(bytes: Buffer): TarOverrides {
  const overrides: TarOverrides = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 || space - at > 10 ? Number.NaN : Number(bytes.toString('latin1', at, space));
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    if (!Number.isSafeInteger(length) || end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== 0x0a)
      throw new TarError('an extended header in it is none');
    const key = bytes.toString('utf8', space + 1, equals);
    if (key === 'path') overrides.path = bytes.toString('utf8', equals + 1, end - 1);
    else if (key === 'linkpath') overrides.target = bytes.toString('utf8', equals + 1, end - 1);
    else if (key === 'size') overrides.size = readSize(bytes.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  return overrides;
}

function readSize(text: string): number {
  if (!/^\d+$/.test(text)) throw new TarError('a size in it is none');
  return checkSize(Number(text));
}
