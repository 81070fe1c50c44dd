import { installPackages } from './install-packages.mjs';
import { checkNeed, listNeeds } from './needs.mjs';
import { registerEmulator } from './register-emulator.mjs';

const OLDEST_NODE = [20, 19];

/**
 * Sees that the machine has what the demo or the tests need, and says what it does.
 * @param {'demo' | 'tests'} purpose
 * @returns {boolean} Whether it has.
 */
export function setUp(purpose) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    console.error(`setup: Node.js ${process.versions.node} is too old: ${OLDEST_NODE.join('.')} or newer, please.`);
    return false;
  }
  const missing = listNeeds(purpose).filter((need) => checkNeed(need) !== undefined);
  if (missing.length > 0) {
    console.log(`setup: installing ${list(missing)}`);
    const names = missing.map((need) => need.package);
    const reason = installPackages(names);
    const left = missing.filter((need) => checkNeed(need) !== undefined);
    if (left.length > 0) {
      console.error(`setup: this machine lacks ${list(left)}.`);
      for (const need of left) console.error(`  ${need.program ?? need.file}: ${checkNeed(need)}`);
      if (reason !== undefined) console.error(`They could not be installed: ${reason}`);
      console.error(
        `On Debian or Ubuntu:  sudo apt-get install --no-install-recommends ${left.map((need) => need.package).join(' ')}`,
      );
      console.error('Elsewhere: packages of these names are in Fedora, Alpine and Arch.');
      return false;
    }
  }
  if (purpose === 'tests') {
    const reason = registerEmulator();
    if (reason !== undefined) {
      console.log(`setup: no emulation of the other architecture (${reason}): tests that need it are skipped.`);
    }
  }
  return true;
}

function list(needs) {
  return needs.map((need) => `${need.package} (${need.why})`).join(', ');
}
