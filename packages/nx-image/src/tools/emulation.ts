import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const DIRECTORY = '/proc/sys/fs/binfmt_misc';

/** ELF's e_machine, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html, with the byte of the data encoding before it. */
const MACHINES: Readonly<Record<string, string>> = {
  '01:0300': '386',
  '01:3e00': 'amd64',
  '01:2800': 'arm',
  '01:b700': 'arm64',
  '01:0201': 'loong64',
  '01:0800': 'mips64le',
  '01:1500': 'ppc64le',
  '01:f300': 'riscv64',
  '02:0016': 's390x',
};

/** Whose programs a CPU runs besides its own. */
const ALSO_RUNS: Readonly<Record<string, readonly string[]>> = { amd64: ['386'] };

/** `missing`: a RUN would end in `exec format error`; `unknown`: nothing here says so or otherwise. */
export type Emulation = 'native' | 'emulated' | 'missing' | 'unknown';

export interface EmulationSearch {
  /** Where binfmt_misc is mounted. */
  readonly directory?: string;
  /** Starts a program of the architecture: see `tryArchitecture`. */
  readonly tryOut: (architecture: string) => Promise<'starts' | 'refused' | 'unknown'>;
}

/** How this machine runs programs of the architecture; both by Go's names. */
export async function findEmulation(
  architecture: string,
  machine: string,
  { directory = DIRECTORY, tryOut }: EmulationSearch,
): Promise<Emulation> {
  if (architecture === machine || ALSO_RUNS[machine]?.includes(architecture) === true) return 'native';
  const names = await readdir(directory).catch((): string[] => []);
  let unusable = false;
  for (const name of names) {
    if (name === 'register' || name === 'status') continue;
    const entry = await readFile(join(directory, name), 'utf8').catch(() => '');
    if (emulatedArchitecture(entry) === architecture) return 'emulated';
    unusable ||= registeredArchitecture(entry) === architecture;
  }
  // It would start here, where the emulator is, and not in the builder's root.
  if (unusable) return 'missing';
  const tried = await tryOut(architecture);
  if (tried !== 'starts') return tried === 'refused' ? 'missing' : 'unknown';
  return names.includes('status') ? 'native' : 'emulated';
}

/**
 * The architecture whose programs the entry hands to an emulator. Only with flag F, with which the kernel holds the emulator open: else it would
 * be looked for in the builder's root, where it is not. https://docs.kernel.org/admin-guide/binfmt-misc.html
 */
export function emulatedArchitecture(entry: string): string | undefined {
  return /^enabled$/m.test(entry) && /^flags: \w*F/m.test(entry) ? registeredArchitecture(entry) : undefined;
}

function registeredArchitecture(entry: string): string | undefined {
  const magic = /^magic 7f454c46([0-9a-f]+)$/m.exec(entry)?.[1];
  if (magic === undefined) return undefined;
  // After the four bytes of ELF's magic: class, data, …; type at 16, machine at 18.
  return MACHINES[`${magic.slice(2, 4)}:${magic.slice(28, 32)}`];
}
