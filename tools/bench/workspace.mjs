import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CHECKOUT = join(import.meta.dirname, '../..');

/** The plugin as npm would pack it, compiled, in a directory of its own. */
export function buildPlugin(directory) {
  const { status } = spawnSync(process.execPath, [join(CHECKOUT, 'tools/build.mjs'), directory], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the plugin does not build: see above');
}

/**
 * An Nx workspace outside of the checkout. Its node_modules are links to the checkout's packages; the plugin, where it
 * has one, is a copy: installed JavaScript, not the checkout's source.
 * @param {string} root
 * @param {{ nxJson: object, plugin?: string, files?: Record<string, string> }} options
 */
export function makeWorkspace(root, { nxJson, plugin, files = {} }) {
  const modules = join(root, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(join(CHECKOUT, 'node_modules'))) {
    if (name === '.bin' || !/^(?:\.|@hephy$)/.test(name))
      symlinkSync(join(CHECKOUT, 'node_modules', name), join(modules, name));
  }
  if (plugin !== undefined) {
    mkdirSync(join(modules, '@hephy'));
    cpSync(plugin, join(modules, '@hephy/nx-image'), { recursive: true });
  }
  const settings = { analytics: false, neverConnectToCloud: true, ...nxJson };
  writeFiles(root, {
    'package.json': JSON.stringify({ name: 'bench', private: true }),
    'nx.json': JSON.stringify(settings, null, 2),
    '.gitignore': 'node_modules\n.nx\ndist\n',
    ...files,
  });
}

/** What every nx of a measurement is started with: no daemon, which would do part of the work unseen. */
export const NX_ENVIRONMENT = {
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_INTERACTIVE: 'false',
  NO_COLOR: '1',
};

/** @returns {string[]} */
export function nxCommand(root, ...words) {
  return [join(root, 'node_modules/.bin/nx'), ...words];
}

/** As on a machine that has never run nx in this workspace. */
export function forget(root) {
  for (const directory of ['.nx', 'dist']) rmSync(join(root, directory), { recursive: true, force: true });
}

/** @param {Record<string, string>} files */
export function writeFiles(root, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
