import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { becomeRoot } from './install-packages.mjs';
import { EMULATOR } from './needs.mjs';

const BINFMT = '/proc/sys/fs/binfmt_misc';

/**
 * Has the kernel start the other architecture's binaries by qemu: systemd does that where it runs, nobody does in a
 * container or a small VM. Safe to call again.
 * @returns {string | undefined} Why not, if not.
 */
export function registerEmulator() {
  if (isRegistered()) return undefined;
  const definition = `/usr/lib/binfmt.d/${EMULATOR}.conf`;
  if (!existsSync(definition)) return `${definition} is not there`;
  const root = becomeRoot();
  if (root === undefined) return 'that needs root, or sudo without a password';
  if (!existsSync(`${BINFMT}/register`)) {
    const mount = sh(root, `mount -t binfmt_misc binfmt_misc ${BINFMT}`);
    if (mount !== undefined) return mount;
  }
  if (isRegistered()) return undefined;
  return (
    sh(root, `cat ${definition} >${BINFMT}/register`) ?? (isRegistered() ? undefined : 'the kernel did not take it')
  );
}

function isRegistered() {
  try {
    return readFileSync(`${BINFMT}/${EMULATOR}`, 'utf8').startsWith('enabled');
  } catch {
    return false;
  }
}

function sh(root, command) {
  const [file, ...rest] = [...root, 'sh', '-c', command];
  const { status, stderr } = spawnSync(file, rest, { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim();
}
