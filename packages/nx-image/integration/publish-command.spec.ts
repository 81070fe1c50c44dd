import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHandedPlan } from '../src/run/handed/plan-text';

const PROGRAM = join(__dirname, '../bin/hephy.js');

const workspace = mkdtempSync(join(tmpdir(), 'hephy-publish-'));
beforeEach(() => {
  rmSync(join(workspace, 'dist'), { recursive: true, force: true });
});
beforeAll(() => {
  const run = { id: 'ba9876543210', started: '2026-11-20T10:00:00.000Z', commit: 'a'.repeat(40) };
  const plan = writeHandedPlan({ version: 1, run: { ...run, publish: false, push: true }, prepared: [] });
  // Without the plugin: publishing ends before it begins.
  for (const [name, text] of Object.entries({ 'nx.json': '{}', 'package.json': '{"name":"w"}', plan }))
    writeFileSync(join(workspace, name), text);
});
afterAll(() => {
  rmSync(workspace, { recursive: true });
});

function publish(env: Readonly<Record<string, string>>) {
  return spawnSync(process.execPath, [PROGRAM, 'publish', '--plan', 'plan', '--built', 'built', 'web'], {
    cwd: workspace,
    env: { PATH: process.env.PATH ?? '', NX_DAEMON: 'false', ...env },
    encoding: 'utf8',
  });
}

test('reports that cannot be written hide nothing of what publishing ended with', () => {
  const { status, stderr } = publish({ HEPHY_REPORT: 'typo' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^OPTIONS_INVALID HEPHY_REPORT names "typo"/m);
  expect(stderr).toMatch(/^PLUGIN_MISSING /m);
  expect(readFileSync(join(workspace, 'dist/hephy/run.json'), 'utf8')).toContain('PLUGIN_MISSING');
});

test('nor does a record of the run that cannot be written', () => {
  mkdirSync(join(workspace, 'dist/hephy/run.json'), { recursive: true });
  const { status, stderr } = publish({});
  expect(status).toBe(1);
  expect(stderr).toContain('EISDIR');
  expect(stderr).toMatch(/^PLUGIN_MISSING /m);
});
