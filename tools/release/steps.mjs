/** The steps of a release, in order. Each says whether it is done already: a release that was cut off is completed by the next. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './version-places.mjs';

export const PACKAGE = '@hephy/nx-image';
const DIRECTORY = 'dist/release';
const NODE = process.execPath;

/** Packs what is published, once for a commit, and answers its file and integrity. */
export function pack() {
  const commit = succeed(['git', 'rev-parse', 'HEAD']).stdout.trim();
  const directory = `${DIRECTORY}/${commit}`;
  const record = join(WORKSPACE, directory, 'packed.json');
  if (!existsSync(record)) {
    rmSync(join(WORKSPACE, DIRECTORY), { recursive: true, force: true });
    mkdirSync(join(WORKSPACE, directory), { recursive: true });
    succeed([NODE, 'tools/build.mjs', `${directory}/package`]);
    const packed = succeed(['npm', 'pack', `./${directory}/package`, '--json', '--pack-destination', directory]);
    writeFileSync(record, packed.stdout);
  }
  const [{ filename, integrity }] = JSON.parse(readFileSync(record, 'utf8'));
  return { file: `${directory}/${filename}`, integrity };
}

/** @returns steps of `title`, `argv`, and `done`, which throws where what is there is something else */
export function planSteps({ version, tarball }) {
  const image = `hephy-${version}`;
  return [
    {
      title: `${PACKAGE} ${version} on the npm registry`,
      argv: [
        'npm',
        'publish',
        `./${tarball.file}`,
        '--access',
        'public',
        '--tag',
        version.includes('-') ? 'next' : 'latest',
      ],
      done: () => isPublished(version, tarball.integrity),
    },
    {
      title: `the image ${image}, and hephy-latest`,
      argv: [NODE, 'node_modules/.bin/nx', 'run', 'hephy:manifest'],
      env: { HEPHY_PUBLISH: 'true', HEPHY_PACKAGE: tarball.file, NX_DAEMON: 'false' },
      // Whether it is there is asked of the registry, by what publishes.
      done: () => false,
      check: () => requireTag(image),
    },
    {
      title: `the git tag ${version}`,
      argv: ['git', 'tag', '--annotate', version, '--message', `hephy ${version}`],
      done: () => isTagged(version),
    },
    {
      title: `the git tag ${version} at origin, whose pipeline releases the component`,
      argv: ['git', 'push', 'origin', `refs/tags/${version}`],
      done: () => ask(['git', 'ls-remote', '--exit-code', 'origin', `refs/tags/${version}`]).status === 0,
    },
  ];
}

/** What is there under the version is for good: another content needs another version. */
function isPublished(version, integrity) {
  const { status, stdout } = ask([
    'npm',
    'view',
    `${PACKAGE}@${version}`,
    'dist.integrity',
    '--json',
    '--prefer-online',
  ]);
  const answer = stdout.trim() === '' ? undefined : JSON.parse(stdout);
  if (status !== 0 && answer?.error?.code !== 'E404') {
    throw new Error(`the npm registry does not say whether ${version} is there: ${answer?.error?.summary ?? stdout}`);
  }
  if (status !== 0 || answer === undefined) return false;
  if (answer === integrity) return true;
  throw new Error(`${PACKAGE} ${version} is on the npm registry, and is not what this commit makes: raise the version`);
}

function isTagged(version) {
  const { status, stdout } = ask(['git', 'rev-list', '--max-count=1', `refs/tags/${version}`, '--']);
  if (status !== 0) return false;
  if (stdout.trim() === succeed(['git', 'rev-parse', 'HEAD']).stdout.trim()) return true;
  throw new Error(`the git tag ${version} names another commit`);
}

/** A fixed tag that is elsewhere stays there, and the run that finds it so succeeds: a release does not. */
function requireTag(tag) {
  const { manifest } = JSON.parse(readFileSync(join(WORKSPACE, 'dist/images/hephy/result.json'), 'utf8'));
  const found = manifest?.tags.find((one) => one.tag === tag);
  if (found?.state === 'written' || found?.state === 'kept') return;
  throw new Error(
    `${tag} is ${found?.state ?? 'no tag of the run'}, and not the image that was made: raise the version`,
  );
}

/** What it says stays here; stderr is for people. */
function ask([file, ...parameters]) {
  const end = spawnSync(file, parameters, { cwd: WORKSPACE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (end.error !== undefined) throw end.error;
  return end;
}

function succeed(argv) {
  const end = ask(argv);
  if (end.status !== 0) throw new Error(`${argv.join(' ')} ended with ${end.status}:\n${end.stdout}${end.stderr}`);
  return end;
}

/** With its output on the screen. */
export function take({ argv: [file, ...parameters], env }) {
  const { status, signal, error } = spawnSync(file, parameters, {
    cwd: WORKSPACE,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${[file, ...parameters].join(' ')} ended with ${signal ?? status}`);
}

/** What is not committed would be in the release and in no commit. */
export function listChanges() {
  return succeed(['git', 'status', '--porcelain'])
    .stdout.split('\n')
    .filter((line) => line !== '');
}
