import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKOUT } from './documents';
import { must } from './run';

/** This repository in a clone of its own, with what is not committed yet. */
export async function cloneWorkspace(): Promise<string> {
  const clone = mkdtempSync(join(tmpdir(), 'hephy-clone-'));
  const listed = await must(CHECKOUT, 'git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(join(CHECKOUT, name)))) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    cpSync(join(CHECKOUT, path), join(clone, path), { verbatimSymlinks: true });
  }
  // The packages of the workspace are links out of node_modules: they must lead into the clone.
  await must(CHECKOUT, 'cp', ['-al', 'node_modules', clone]);
  await must(CHECKOUT, 'cp', ['-al', 'packages/nx-image/node_modules', join(clone, 'packages/nx-image')]);
  await must(clone, 'git', ['init', '-q', '-b', 'main']);
  await must(clone, 'git', ['add', '-A']);
  await must(clone, 'git', ['commit', '-q', '-m', 'Clone']);
  return clone;
}
