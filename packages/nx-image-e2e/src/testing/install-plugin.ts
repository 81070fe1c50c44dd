import { chmodSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from './documents';
import { must } from './run';

/** Packs the plugin as it would be published, and installs that from the registry's point of view: once for all e2e tests. */
export default async function installPlugin(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-e2e-'));
  // One test is another user.
  chmodSync(directory, 0o755);
  process.env.HEPHY_E2E_DIRECTORY = directory;
  // Lint looks at types.
  await must(CHECKOUT, process.execPath, ['tools/build.mjs', join(directory, 'package'), '--no-check']);
  await must(directory, 'npm', ['pack', './package', '--silent']);
  const tarball = readdirSync(directory).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack left nothing in ${directory}`);
  const nx = (JSON.parse(readFileSync(join(CHECKOUT, 'node_modules/nx/package.json'), 'utf8')) as { version: string })
    .version;
  const dependencies = { '@hephy/nx-image': `file:${tarball}`, '@nx/devkit': nx, nx };
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, devDependencies: dependencies }));
  await must(directory, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund']);
}
