/** `node tools/setup/main.mjs demo|tests`: makes the machine ready, and does nothing where it is. */
import { join } from 'node:path';
import { installNodeModules } from './install-node-modules.mjs';
import { setUp } from './set-up.mjs';

const purpose = process.argv[2];
if (purpose !== 'demo' && purpose !== 'tests') {
  console.error('usage: node tools/setup/main.mjs demo|tests');
  process.exit(2);
}
const workspace = join(import.meta.dirname, '../..');
process.exitCode = installNodeModules(workspace) && setUp(purpose) ? 0 : 1;
