import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
  keepFromStarting(root, names);
  if (install(root, names).status === 0) return undefined;
  run(root, ['apt-get', 'update', '-q', '-q']);
  const { status, output } = install(root, names);
  return status === 0 ? undefined : `apt-get says\n${output.trim()}`;
}

function install(root, names) {
  return run(root, ['apt-get', 'install', '-q', '-q', '-y', '--no-install-recommends', ...names]);
}

/** What a package would start, now and at each boot, where systemd runs; elsewhere maintainers' scripts start nothing. */
const UNITS = {
  // On port 5000, which belongs to hephy's.
  'docker-registry': ['docker-registry.service'],
  // Which writes rules into the machine's firewall.
  'docker.io': ['docker.service', 'docker.socket', 'containerd.service'],
  podman: ['podman.service', 'podman.socket', 'podman-restart.service', 'podman-auto-update.timer'],
};

/** Masks them before their packages come, but none that the machine has already. */
function keepFromStarting(root, names) {
  if (!existsSync('/run/systemd/system')) return;
  const units = names.flatMap((name) => UNITS[name] ?? []).filter((unit) => !isKnown(unit));
  if (units.length === 0) return;
  console.log(
    `setup: masking ${units.join(', ')} before their packages come, for the tests start their own (systemctl unmask … brings them back)`,
  );
  run(root, ['systemctl', 'mask', '--quiet', ...units]);
}

function isKnown(unit) {
  return ['/etc', '/usr/local/lib', '/lib', '/usr/lib'].some((place) =>
    existsSync(join(place, 'systemd/system', unit)),
  );
}

function run(root, command) {
  const [file, ...rest] = [...root, '/usr/bin/env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  const { status, stdout, stderr } = spawnSync(file, rest, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status, output: `${stdout}${stderr}` };
}
