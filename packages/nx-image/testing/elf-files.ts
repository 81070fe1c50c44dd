/** e_machine, class and byte order. */
const MACHINES = {
  amd64: [62, 64, 'le'],
  arm64: [183, 64, 'le'],
  '386': [3, 32, 'le'],
  arm: [40, 32, 'le'],
  s390x: [22, 64, 'be'],
  riscv64: [243, 64, 'le'],
  /** Which qemu emulates no programs of: foreign on every machine, whatever is in its binfmt_misc. */
  ia64: [50, 64, 'le'],
} as const;

/** The least that is an ELF program: header, and one program header for the interpreter. */
export function elfFile(architecture: keyof typeof MACHINES, interpreter?: string, type = 2): Buffer {
  const [machine, bits, order] = MACHINES[architecture];
  const [headerSize, tableEntry] = bits === 64 ? [64, 56] : [52, 32];
  const name = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const file = Buffer.alloc(headerSize + tableEntry + name.length);
  const short = (at: number, value: number) =>
    order === 'le' ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at);
  const word = (at: number, value: number) =>
    order === 'le' ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at);
  const wide = (at: number, value: number) => word(bits === 64 && order === 'be' ? at + 4 : at, value);
  file.write('\x7fELF', 'latin1');
  file[4] = bits === 64 ? 2 : 1;
  file[5] = order === 'le' ? 1 : 2;
  file[6] = 1;
  short(16, type);
  short(18, machine);
  wide(bits === 64 ? 32 : 28, headerSize);
  short(bits === 64 ? 54 : 42, tableEntry);
  short(bits === 64 ? 56 : 44, interpreter === undefined ? 0 : 1);
  word(headerSize, 3);
  wide(headerSize + (bits === 64 ? 8 : 4), headerSize + tableEntry);
  wide(headerSize + (bits === 64 ? 32 : 16), name.length);
  name.copy(file, headerSize + tableEntry);
  return file;
}
