/**
 * `npm run build [DIRECTORY [--no-check]]`: the plugin as npm packs it, in packages/nx-image, or whole in a directory of its own; and without a look at types, for
 * those who have looked.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const WORKSPACE = join(import.meta.dirname, '..');
const PACKAGE = join(WORKSPACE, 'packages/nx-image');

const directory = resolve(process.argv[2] ?? PACKAGE);
process.exitCode = build() ? 0 : 1;

function build() {
  const dist = join(directory, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  if (!compile(dist)) return false;
  for (const file of listFiles(join(PACKAGE, 'src')).filter(isAsset)) {
    cpSync(join(PACKAGE, 'src', file), join(dist, file));
  }
  cpSync(join(WORKSPACE, 'templates/hephy/template.yml'), join(dist, 'generators/gitlab-ci/files/template.yml'));
  const manifest = readJson(join(PACKAGE, 'package.json'));
  if (directory !== PACKAGE) {
    for (const name of [...manifest.files.filter((file) => file !== 'dist'), 'package.json']) {
      cpSync(join(PACKAGE, name), join(directory, name), { recursive: true });
    }
  }
  const missing = listPromises(manifest).filter((file) => !existsSync(join(directory, file)));
  for (const file of missing) console.error(`build: the package promises ${file}, which is not there.`);
  return missing.length === 0;
}

function compile(dist) {
  const options = [
    '-p',
    'tsconfig.lib.json',
    '--outDir',
    dist,
    '--composite',
    'false',
    '--incremental',
    'false',
    '--tsBuildInfoFile',
    'null',
    ...(process.argv.includes('--no-check', 3) ? ['--noCheck'] : []),
  ];
  const compiler = join(WORKSPACE, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [compiler, ...options], { cwd: PACKAGE, stdio: 'inherit' }).status === 0;
}

/** What is no source goes as it is: schemas of executors and generators, templates of generators. */
function isAsset(file) {
  return file.includes('/files/') || (!file.endsWith('.ts') && !file.includes('/fixtures/'));
}

/** Every file that package.json, executors.json and generators.json name. */
function listPromises(manifest) {
  const executors = Object.values(readJson(join(directory, manifest.executors)).executors);
  const generators = Object.values(readJson(join(directory, manifest.generators)).generators);
  const modules = [
    ...executors.flatMap((executor) => [executor.implementation, executor.batchImplementation]),
    ...generators.map((generator) => generator.factory ?? generator.implementation),
  ];
  return [
    ...Object.values(manifest.bin),
    ...Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : [entry.types, entry.default],
    ),
    ...modules.filter((module) => module !== undefined).map((module) => `${module.split('#')[0]}.js`),
    ...[...executors, ...generators].map((entry) => entry.schema),
    ...manifest.files,
  ];
}

function listFiles(root, below = '') {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
