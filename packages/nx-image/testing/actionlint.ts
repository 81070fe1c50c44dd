import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from './external-tools';

const VERSION = '1.7.12';
const CACHED = join(homedir(), `.cache/hephy/tools/actionlint-${VERSION}/actionlint`);
/** Of its go.mod. */
const OLDEST_GO = [1, 25];

/** What a machine lacks to have actionlint; undefined: nothing. */
export function whyNoActionlint(): string | undefined {
  if (existsSync(CACHED)) return undefined;
  const go = findOnPath('go');
  if (go === undefined) return 'Go';
  const version = execFileSync(go, ['env', 'GOVERSION'], { encoding: 'utf8' }).match(/\d+/g)?.map(Number) ?? [];
  const [major = 0, minor = 0] = version;
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_GO;
  return major > oldestMajor || minor >= oldestMinor ? undefined : `Go ${OLDEST_GO.join('.')}`;
}

/** Its path; compiled once, and kept outside of the checkout. */
export function installActionlint(): string {
  if (existsSync(CACHED)) return CACHED;
  const directory = mkdtempSync(join(tmpdir(), 'hephy-actionlint-'));
  try {
    execFileSync('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${VERSION}`], {
      env: { ...process.env, GOBIN: directory, GOFLAGS: '' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    mkdirSync(join(CACHED, '..'), { recursive: true });
    execFileSync('cp', [join(directory, 'actionlint'), `${CACHED}.${process.pid}`]);
    renameSync(`${CACHED}.${process.pid}`, CACHED);
    return CACHED;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
