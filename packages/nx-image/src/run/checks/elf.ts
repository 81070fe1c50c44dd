/** What an ELF header says of the CPU it is for. */
export interface ElfFile {
  /** As GOARCH has it; `machine <n>` for what no Go runs on. */
  readonly architecture: string;
  /** PT_INTERP: the program that loads it. */
  readonly interpreter?: string;
}

/** How much of a file `readElf` wants to see: header, program headers and the interpreter's name, which linkers put right behind. */
export const ELF_HEAD = 4096;

const ET_EXEC = 2;
const ET_DYN = 3;
const PT_INTERP = 3;
const MAX_PATH = 4096;

/** e_machine, class and byte order: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  '3 32 le': '386',
  '62 64 le': 'amd64',
  '62 32 le': 'amd64p32',
  '40 32 le': 'arm',
  '40 32 be': 'armbe',
  '183 64 le': 'arm64',
  '183 64 be': 'arm64be',
  '8 32 le': 'mipsle',
  '8 32 be': 'mips',
  '8 64 le': 'mips64le',
  '8 64 be': 'mips64',
  '20 32 be': 'ppc',
  '21 64 le': 'ppc64le',
  '21 64 be': 'ppc64',
  '22 64 be': 's390x',
  '22 32 be': 's390',
  '243 64 le': 'riscv64',
  '243 32 le': 'riscv',
  '258 64 le': 'loong64',
};

/** A program or shared library; undefined for everything else, object files and core dumps included. */
export function readElf(head: Buffer): ElfFile | undefined {
  if (head.length < 52 || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const bits = head[4] === 2 ? 64 : head[4] === 1 ? 32 : undefined;
  const order = head[5] === 1 ? 'le' : head[5] === 2 ? 'be' : undefined;
  if (bits === undefined || order === undefined || (bits === 64 && head.length < 64)) return undefined;
  const short = (at: number): number => (order === 'le' ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const type = short(16);
  if (type !== ET_EXEC && type !== ET_DYN) return undefined;
  const machine = short(18);
  const architecture = ARCHITECTURES[`${machine} ${bits} ${order}`] ?? `machine ${machine}`;
  const interpreter = findInterpreter(head, bits, order);
  return { architecture, ...(interpreter === undefined ? {} : { interpreter }) };
}

function findInterpreter(head: Buffer, bits: 32 | 64, order: 'le' | 'be'): string | undefined {
  const short = (at: number): number => (order === 'le' ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const word = (at: number): number => (order === 'le' ? head.readUInt32LE(at) : head.readUInt32BE(at));
  /** An offset or a size of the file: beyond 2^32 is beyond the head. */
  const wide = (at: number): number => {
    if (bits === 32) return word(at);
    const [low, high] = order === 'le' ? [word(at), word(at + 4)] : [word(at + 4), word(at)];
    return high === 0 ? low : Number.POSITIVE_INFINITY;
  };
  const table = wide(bits === 64 ? 32 : 28);
  const size = short(bits === 64 ? 54 : 42);
  const count = short(bits === 64 ? 56 : 44);
  if (size < (bits === 64 ? 56 : 32)) return undefined;
  for (let index = 0; index < count; index++) {
    const at = table + index * size;
    if (at + size > head.length) return undefined;
    if (word(at) !== PT_INTERP) continue;
    const start = wide(at + (bits === 64 ? 8 : 4));
    const length = wide(at + (bits === 64 ? 32 : 16));
    if (length > MAX_PATH || start + length > head.length) return undefined;
    return head.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  }
  return undefined;
}
