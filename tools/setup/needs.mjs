import { findProgram } from './find-program.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/**
 * What hephy uses of a machine.
 * @typedef {object} Need
 * @property {string} package Debian's and Ubuntu's name; most other distributions have the same.
 * @property {string} why
 * @property {string} [program] What PATH must find,
 * @property {string} [file] or the file that must be there.
 * @property {string} [atLeast] The oldest version that is known to do.
 */

const BUILDAH = {
  package: 'buildah',
  why: 'builds images where there is no Kaniko',
  program: 'buildah',
  atLeast: '1.28',
};
const BUBBLEWRAP = {
  package: 'bubblewrap',
  why: 'gives Kaniko, and an image that is tried out, a root of its own',
  program: 'bwrap',
  atLeast: '0.4',
};
const UIDMAP = { package: 'uidmap', why: 'lets buildah work without root', program: 'newuidmap' };
const KEYRING = {
  package: 'debian-archive-keyring',
  why: 'checks the signatures of what goes into minimal-base-image',
  file: '/usr/share/keyrings/debian-archive-keyring.gpg',
};
const GIT = { package: 'git', why: 'upstream repositories, commits', program: 'git', atLeast: '2.30' };
const TESTS = [
  {
    package: 'docker-registry',
    why: 'the registry that tests push to',
    program: 'docker-registry',
    atLeast: '2.8',
  },
  { package: 'util-linux', why: 'ends a registry with its test', program: 'setpriv' },
  { package: 'openssl', why: 'makes the certificates of the tests', program: 'openssl' },
  { package: 'skopeo', why: 'reads what tests push, as others would', program: 'skopeo' },
  { package: 'libxml2-utils', why: 'reads the JUnit report, as CI systems do', program: 'xmllint' },
  { package: 'rsync', why: 'copies what jobs of a pipeline work on, where one runs here', program: 'rsync' },
  { package: 'cmark-gfm', why: 'renders the Markdown report, as forges do', program: 'cmark-gfm' },
];

/** Elsewhere a browser comes in other ways, and tests take the one that is there. */
const BROWSER = [
  { package: 'chromium', why: 'opens the report page', program: 'chromium' },
  { package: 'fonts-dejavu-core', why: 'letters for it', file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' },
];

/** Container engines, which the tests start themselves and end; that takes root. */
const ENGINES = [
  { package: 'docker.io', why: 'an engine that tests run Kaniko in', program: 'dockerd', atLeast: '20.10' },
  ...(clientIsApart() ? [{ package: 'docker-cli', why: 'its client', program: 'docker' }] : []),
  { package: 'podman', why: 'another one', program: 'podman', atLeast: '4.0' },
  { package: 'runc', why: 'starts containers for both', program: 'runc' },
  { package: 'busybox-static', why: 'what there is in containers of tests', file: '/bin/busybox' },
];

/** Which user-mode emulator runs the other architecture's binaries here, as binfmt_misc knows it. */
export const EMULATOR = process.arch === 'arm64' ? 'qemu-x86_64' : 'qemu-aarch64';
const QEMU = {
  package: 'qemu-user-static',
  why: "runs a RUN of the other architecture's build",
  program: `${EMULATOR}-static`,
};

/**
 * @param {'demo' | 'tests'} purpose
 * @returns {Need[]}
 */
export function listNeeds(purpose) {
  const root = process.getuid?.() === 0;
  const common = [GIT, BUILDAH, ...(root ? [] : [UIDMAP]), ...(hasApt() ? [KEYRING] : [])];
  const browser = debianVersion() === undefined ? [] : BROWSER;
  if (purpose === 'tests')
    return [...common, BUBBLEWRAP, ...TESTS, ...browser, QEMU, ...(root ? [UIDMAP, ...ENGINES] : [])];
  return findEngine() === undefined ? [...common, BUBBLEWRAP] : common;
}

/**
 * @param {Need} need
 * @returns {string | undefined} What is wrong with what the machine has, if anything.
 */
export function checkNeed(need) {
  if (need.file !== undefined) return existsSync(need.file) ? undefined : 'not there';
  if (findProgram(need.program) === undefined) return 'not there';
  const version = need.atLeast === undefined ? undefined : packagedVersion(need.package);
  return version !== undefined && compareVersions(version, need.atLeast) < 0
    ? `${version} is older than ${need.atLeast}`
    : undefined;
}

/** What dpkg knows of it, so that nothing is started only to be asked; undefined for what came another way. */
function packagedVersion(name) {
  if (!hasApt()) return undefined;
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });
  return status === 0 ? /(?:^|:)(\d+(?:\.\d+)+)/.exec(stdout)?.[1] : undefined;
}

/** A container engine that answers: the client alone is no engine. */
export function findEngine() {
  return ['docker', 'podman'].find(
    (engine) =>
      findProgram(engine) !== undefined &&
      spawnSync(engine, ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0,
  );
}

/** Since Debian 13 docker.io has the engine alone. */
function clientIsApart() {
  return (debianVersion() ?? 0) >= 13;
}

/** undefined: this is not Debian. Testing has no number. */
function debianVersion() {
  if (!existsSync('/etc/os-release')) return undefined;
  const release = readFileSync('/etc/os-release', 'utf8');
  return /^ID=debian$/m.test(release) ? Number(/^VERSION_ID="(\d+)/m.exec(release)?.[1] ?? 0) : undefined;
}

export function hasApt() {
  return findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined;
}

function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < right.length; index += 1) {
    const difference = (left[index] ?? 0) - right[index];
    if (difference !== 0) return difference;
  }
  return 0;
}
