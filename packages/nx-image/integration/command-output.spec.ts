import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(__dirname, '../bin/hephy.js');

const workspace = mkdtempSync(join(tmpdir(), 'hephy-output-'));
const full = openSync('/dev/full', 'w');
afterAll(() => {
  closeSync(full);
  rmSync(workspace, { recursive: true });
});

function hephy(argv: readonly string[], stdio: ('ignore' | 'pipe' | number)[]) {
  const env = { PATH: process.env.PATH ?? '', NX_DAEMON: 'false' };
  return spawnSync(process.execPath, [PROGRAM, ...argv], { cwd: workspace, env, stdio, encoding: 'utf8' });
}

test('output that a full disk does not take is a failure in words', () => {
  const { status, stderr } = hephy(['--help'], ['ignore', full, 'pipe']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^BUILD_DISK_FULL no space was left/);
  expect(stderr).not.toContain('    at ');
});

test('what ended otherwise keeps its exit code', () => {
  expect(hephy(['nonsense'], ['ignore', full, full]).status).toBe(2);
});

test('a reader that has gone is none', () => {
  const script = '"$0" "$1" --help | true; echo "${PIPESTATUS[0]}" > status';
  spawnSync('bash', ['-c', script, process.execPath, PROGRAM], { cwd: workspace });
  expect(readFileSync(join(workspace, 'status'), 'utf8')).toBe('0\n');
});
