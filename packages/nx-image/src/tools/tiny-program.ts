/** How a program of an architecture ends itself with exit code 0, and what its ELF header says of it. */
interface Machine {
  readonly bits: 32 | 64;
  /** e_machine. */
  readonly machine: number;
  readonly flags?: number;
  readonly bigEndian?: boolean;
  /** Machine code of exit(0), in hex. */
  readonly code: string;
}

const MACHINES: Readonly<Record<string, Machine>> = {
  // xor ebx, ebx; mov eax, 1; int 0x80
  '386': { bits: 32, machine: 3, code: '31dbb801000000cd80' },
  // xor edi, edi; mov eax, 60; syscall
  amd64: { bits: 64, machine: 62, code: '31ffb83c0000000f05' },
  // mov r0, #0; mov r7, #1; svc 0
  arm: { bits: 32, machine: 40, flags: 0x05000000, code: '0000a0e30170a0e3000000ef' },
  // mov x0, #0; mov x8, #93; svc #0
  arm64: { bits: 64, machine: 183, code: '000080d2a80b80d2010000d4' },
  // ori a0, zero, 0; ori a7, zero, 93; syscall 0
  loong64: { bits: 64, machine: 258, flags: 0x43, code: '040080030b74810300002b00' },
  // addiu a0, zero, 0; addiu v0, zero, 5058; syscall
  mips64le: { bits: 64, machine: 8, flags: 0x80000007, code: '00000424c21302240c000000' },
  // li r3, 0; li r0, 1; sc
  ppc64le: { bits: 64, machine: 21, flags: 2, code: '000060380100003802000044' },
  // li a0, 0; li a7, 93; ecall
  riscv64: { bits: 64, machine: 243, flags: 5, code: '130500009308d00573000000' },
  // lghi %r2, 0; svc 1
  s390x: { bits: 64, machine: 22, bigEndian: true, code: 'a72900000a01' },
};

const ADDRESS = 0x10000;

/**
 * A static program for Linux of the architecture, by Go's name, that does nothing and ends with 0; undefined for one that is not known.
 * https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
 */
export function tinyProgram(architecture: string): Uint8Array | undefined {
  const machine = Object.hasOwn(MACHINES, architecture) ? MACHINES[architecture] : undefined;
  if (machine === undefined) return undefined;
  const { bits, bigEndian = false } = machine;
  const code = Buffer.from(machine.code, 'hex');
  const half = (value: number): Buffer => number(value, 2, bigEndian);
  const word = (value: number): Buffer => number(value, 4, bigEndian);
  const address = (value: number): Buffer => number(value, bits / 8, bigEndian);
  const headerSize = bits === 64 ? 64 : 52;
  const segmentSize = bits === 64 ? 56 : 32;
  const begin = headerSize + segmentSize;
  const size = begin + code.length;
  const READ_AND_EXECUTE = 5;
  return Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, bigEndian ? 2 : 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ...[half(2), half(machine.machine), word(1), address(ADDRESS + begin), address(headerSize), address(0)],
    ...[word(machine.flags ?? 0), half(headerSize), half(segmentSize), half(1), half(0), half(0), half(0)],
    word(1),
    ...(bits === 64 ? [word(READ_AND_EXECUTE)] : []),
    ...[address(0), address(ADDRESS), address(ADDRESS), address(size), address(size)],
    ...(bits === 64 ? [] : [word(READ_AND_EXECUTE)]),
    address(ADDRESS),
    code,
  ]);
}

function number(value: number, bytes: number, bigEndian: boolean): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) {
    if (bigEndian) buffer.writeBigUInt64BE(BigInt(value));
    else buffer.writeBigUInt64LE(BigInt(value));
  } else if (bigEndian) buffer.writeUIntBE(value, 0, bytes);
  else buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}
