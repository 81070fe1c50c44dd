import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `npm ci`, where node_modules is not what package-lock.json says. Answers whether it is now. */
export function installNodeModules(workspace) {
  if (isInstalled(workspace)) return true;
  console.log('setup: npm ci');
  return spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: workspace, stdio: 'inherit' }).status === 0;
}

/** npm leaves the lock of what it installed in node_modules; what is of another platform is not in there. */
function isInstalled(workspace) {
  const wanted = readPackages(join(workspace, 'package-lock.json'));
  const present = readPackages(join(workspace, 'node_modules/.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      !path.startsWith('node_modules/') ||
      entry.link === true ||
      (present[path] === undefined ? entry.optional === true : present[path].version === entry.version),
  );
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
