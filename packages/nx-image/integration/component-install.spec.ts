import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const template = parseAllDocuments(readFileSync(join(__dirname, '../../../templates/hephy/template.yml'), 'utf8'))[1];
const { script } = (template?.toJS() as { 'hephy-plan': { script: readonly string[] } })['hephy-plan'];
/** From the one that installs on. */
const lines = script.slice(script.findIndex((line) => line.includes('HEPHY_CI_INSTALL')));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hephy-install-'));
  mkdirSync(join(directory, 'bin'));
  mkdirSync(join(directory, 'job'));
  for (const name of ['npm', 'pnpm', 'yarn', 'bun', 'corepack', 'npx'])
    program(
      name,
      `echo "$(basename "$0") $*" >> ../said; [ "$1" = enable ] || { mkdir -p node_modules/.bin; : > node_modules/.bin/hephy; }`,
    );
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function program(name: string, text: string): void {
  writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(directory, 'bin', name), 0o755);
}

function plan(
  files: readonly string[],
  install = '',
): { readonly code: number | null; readonly said: string[]; readonly output: string } {
  for (const file of files) writeFileSync(join(directory, 'job', file), '');
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', lines.join('\n')], {
    cwd: join(directory, 'job'),
    env: { PATH: `${join(directory, 'bin')}:${process.env.PATH ?? ''}`, HEPHY_CI_INSTALL: install },
    encoding: 'utf8',
  });
  const said = join(directory, 'said');
  return {
    code: status,
    said: existsSync(said) ? readFileSync(said, 'utf8').trim().split('\n') : [],
    output: stdout + stderr,
  };
}

const PLANNER = 'npx --no hephy pipeline gitlab --output hephy-pipeline.yml';

test.each([
  [['package-lock.json'], ['npm ci']],
  [['pnpm-lock.yaml'], ['corepack enable', 'pnpm install --frozen-lockfile']],
  [['yarn.lock'], ['corepack enable', 'yarn install --frozen-lockfile']],
  [
    ['yarn.lock', '.yarnrc.yml'],
    ['corepack enable', 'yarn install --immutable'],
  ],
  [['bun.lock'], ['npm install --global bun', 'bun install --frozen-lockfile']],
])('a repository with %j is installed by what wrote that', (files, commands) => {
  expect(plan(files)).toEqual({ code: 0, said: [...commands, PLANNER], output: '' });
});

test('what the input says goes before that', () => {
  expect(plan(['package-lock.json'], 'pnpm i')).toMatchObject({ code: 0, said: ['pnpm i', PLANNER] });
});

test('where hephy is not installed the job says so, and asks no registry for a package of that name', () => {
  program('npm', 'echo "npm $*" >> ../said');
  for (const files of [[], ['package-lock.json']]) {
    const { code, said, output } = plan(files);
    expect(code).not.toBe(0);
    expect(said).not.toContain(PLANNER);
    expect(output).toContain('hephy: it is not in node_modules');
    rmSync(join(directory, 'job/node_modules'), { force: true });
  }
});
