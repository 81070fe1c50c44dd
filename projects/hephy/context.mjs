/**
 * Makes rootfs/<architecture>.tar: hephy and nx in /opt/hephy/node_modules, installed for that architecture, and both on PATH. Nothing of them is run for it, so no architecture needs
 * emulation. HEPHY_PACKAGE is hephy as npm packs it; without it, it is packed from this checkout.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { create } from 'tar';

const PROJECT = import.meta.dirname;
const WORKSPACE = join(PROJECT, '../..');
/** What npm calls them. */
const ARCHITECTURES = { amd64: 'x64', arm64: 'arm64' };

const work = mkdtempSync(join(tmpdir(), 'hephy-context-'));
try {
  const tarball = process.env.HEPHY_PACKAGE ? resolve(WORKSPACE, process.env.HEPHY_PACKAGE) : await pack();
  mkdirSync(join(PROJECT, 'rootfs'), { recursive: true });
  await Promise.all(Object.entries(ARCHITECTURES).map((names) => makeRoot(tarball, ...names)));
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function makeRoot(tarball, architecture, cpu) {
  const root = join(work, architecture);
  await install(tarball, join(root, 'opt/hephy'), cpu);
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
  for (const name of ['hephy', 'nx']) {
    symlinkSync(`../../../opt/hephy/node_modules/.bin/${name}`, join(root, 'usr/local/bin', name));
  }
  // In place only when whole; in an order that does not depend on the file system.
  const place = join(PROJECT, 'rootfs', `${architecture}.tar`);
  const all = readdirSync(root, { recursive: true }).sort();
  await create({ file: `${place}.new`, cwd: root, portable: true, mtime: new Date(0), noDirRecurse: true }, all);
  renameSync(`${place}.new`, place);
}

async function pack() {
  await run(process.execPath, [join(WORKSPACE, 'tools/build.mjs'), join(work, 'package')], WORKSPACE);
  await run('npm', ['pack', './package', '--silent'], work);
  const name = readdirSync(work).find((one) => one.endsWith('.tgz'));
  return join(work, name);
}

/** nx of the version that hephy is tested with. */
async function install(tarball, directory, cpu) {
  const { nx, '@nx/devkit': devkit } = readJson(join(WORKSPACE, 'package.json')).devDependencies;
  mkdirSync(directory, { recursive: true });
  const write = (dependencies) => {
    writeFileSync(join(directory, 'package.json'), `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`);
  };
  write({ '@hephy/nx-image': `file:${tarball}`, '@nx/devkit': devkit, nx });
  const target = [`--cpu=${cpu}`, '--os=linux', '--libc=glibc'];
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
  await run('npm', ['install', '--omit=dev', '--ignore-scripts', ...target, ...quiet], directory);
  const { version } = readJson(join(directory, 'node_modules/@hephy/nx-image/package.json'));
  write({ '@hephy/nx-image': version, '@nx/devkit': devkit, nx });
  // It says where this machine gets its packages.
  rmSync(join(directory, 'node_modules/.package-lock.json'), { force: true });
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function run(file, parameters, cwd) {
  const child = spawn(file, parameters, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${file} ${parameters[0]} ended with ${code}`);
}
