import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram } from './find-program.mjs';
import { hasApt } from './needs.mjs';

/** How this user becomes root without being asked: `[]` as root, `['sudo', '-n']`, or undefined. */
export function becomeRoot() {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram('sudo');
  if (sudo === undefined || spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return undefined;
  return [sudo, '-n'];
}

/**
 * Installs packages by apt, with the lists that are there, and with new ones only where those are missing or too old.
 * @param {readonly string[]} names
 * @returns {string | undefined} Why not, if not.
 */
export function installPackages(names) {
  if (!hasApt()) return 'this is neither Debian nor Ubuntu';
  const root = becomeRoot();
  if (root === undefined) return 'that needs root, or sudo without a password';
  if (names.includes('docker-registry')) keepRegistryService(root);
  if (install(root, names).status === 0) return undefined;
  run(root, ['apt-get', 'update', '-q', '-q']);
  const { status, output } = install(root, names);
  return status === 0 ? undefined : `apt-get says\n${output.trim()}`;
}

function install(root, names) {
  return run(root, ['apt-get', 'install', '-q', '-q', '-y', '--no-install-recommends', ...names]);
}

/** Debian's package would start a registry of its own on port 5000, which belongs to hephy's. */
function keepRegistryService(root) {
  if (!existsSync('/run/systemd/system') || existsSync('/etc/systemd/system/docker-registry.service')) return;
  console.log(
    'setup: masking the service docker-registry before its package comes: it would start on port 5000 (systemctl unmask docker-registry brings it back)',
  );
  run(root, ['systemctl', 'mask', '--quiet', 'docker-registry.service']);
}

function run(root, command) {
  const [file, ...rest] = [...root, '/usr/bin/env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  const { status, stdout, stderr } = spawnSync(file, rest, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status, output: `${stdout}${stderr}` };
}
