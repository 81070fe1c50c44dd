import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../process/run-process';
import { chooseBuilder, type BuilderSearch } from './choose-builder';
import { judgeKanikoVersion } from './kaniko-version';

const root = mkdtempSync(join(tmpdir(), 'hephy-tools-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A directory with these programs, as PATH has it. */
function pathWith(programs: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(root, 'bin-'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

const KANIKO = 'echo "Kaniko version :  v1.28.3"';
const BWRAP = 'echo "bubblewrap 0.8.0"';

function search(programs: Readonly<Record<string, string>>, more: Partial<BuilderSearch> = {}): BuilderSearch {
  return { wanted: 'kaniko', local: false, env: { PATH: pathWith(programs) }, uid: 0, runProcess, ...more };
}

test('Kaniko and its runtime on PATH', async () => {
  const chosen = await chooseBuilder(search({ 'kaniko-executor': KANIKO, bwrap: BWRAP }));
  expect(chosen.builder.name).toBe('kaniko');
  expect(chosen.version).toBe('v1.28.3');
  expect(chosen.tool).toMatchObject({ name: 'Kaniko', found: 'PATH' });
  expect(chosen.runtime).toMatchObject({ kind: 'bubblewrap', bubblewrap: { sizesTmpfs: true } });
  expect(chosen.notes).toEqual([]);
});

test('`executor` only where it says that it is Kaniko', async () => {
  await expect(chooseBuilder(search({ executor: KANIKO, bwrap: BWRAP }))).resolves.toMatchObject({
    version: 'v1.28.3',
  });
  await expect(
    chooseBuilder(search({ executor: 'echo "GitLab executor 1.28.3"', bwrap: BWRAP })),
  ).rejects.toMatchObject({
    code: 'BUILDER_MISSING',
  });
});

test('without Kaniko: buildah to the local registry, with a note; an error to any other', async () => {
  const programs = { buildah: 'exit 1' };
  const chosen = await chooseBuilder(search(programs, { local: true }));
  expect(chosen.builder.name).toBe('buildah');
  expect(chosen.notes).toEqual([
    'Kaniko is not on this machine: built by buildah instead, as it goes to the local registry only',
  ]);
  await expect(chooseBuilder(search(programs))).rejects.toMatchObject({
    code: 'BUILDER_MISSING',
    hint: expect.stringContaining('HEPHY_KANIKO') as string,
  });
  await expect(chooseBuilder(search({}, { local: true }))).rejects.toMatchObject({ code: 'BUILDER_MISSING' });
});

test.each([
  ['missing', { 'kaniko-executor': KANIKO }, 0],
  ['not permitted', { 'kaniko-executor': KANIKO, bwrap: 'echo "bwrap: No permissions" >&2; exit 1' }, 0],
  ['not as root', { 'kaniko-executor': KANIKO, bwrap: BWRAP }, 1000],
])('a runtime that is %s', async (_, programs, uid) => {
  await expect(chooseBuilder(search(programs, { uid }))).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    hint: expect.stringContaining('buildah') as string,
  });
  const fallback = search({ ...programs, buildah: 'exit 1' }, { uid, local: true });
  await expect(chooseBuilder(fallback)).resolves.toMatchObject({ builder: { name: 'buildah' } });
});

test('what is named by hand is taken, or is an error', async () => {
  const bin = pathWith({ mine: KANIKO, old: 'echo "Kaniko version :  v1.23.2"' });
  const env = (kaniko: string) => ({
    env: { PATH: pathWith({ bwrap: BWRAP, 'kaniko-executor': 'exit 1' }), HEPHY_KANIKO: kaniko },
  });
  const chosen = await chooseBuilder(search({}, env(join(bin, 'mine'))));
  expect(chosen.tool).toEqual({ name: 'Kaniko', path: join(bin, 'mine'), found: 'HEPHY_KANIKO' });
  mkdirSync(join(bin, 'directory'));
  for (const name of ['none', 'directory']) {
    await expect(chooseBuilder(search({}, { ...env(join(bin, name)), local: true }))).rejects.toMatchObject({
      code: 'TOOL_MISSING',
    });
  }
  await expect(chooseBuilder(search({}, { ...env(join(bin, 'old')), local: true }))).rejects.toMatchObject({
    code: 'BUILDER_OUTDATED',
  });
  const option = await chooseBuilder(search({}, { ...env(join(bin, 'none')), kaniko: join(bin, 'mine') }));
  expect(option.tool.found).toBe('option');
});

test('buildah where it is asked for', async () => {
  await expect(chooseBuilder(search({ buildah: 'exit 1' }, { wanted: 'buildah' }))).resolves.toMatchObject({
    builder: { name: 'buildah' },
    runtime: undefined,
    notes: [],
  });
  await expect(chooseBuilder(search({}, { wanted: 'buildah', local: true }))).rejects.toMatchObject({
    code: 'BUILDER_MISSING',
  });
});

test.each([
  ['Kaniko version :  v1.28.3', 'v1.28.3'],
  ['Kaniko version :  v1.25.0', 'v1.25.0'],
  ['Kaniko version :  v2.0.0-rc.1', 'v2.0.0-rc.1'],
  ['Kaniko version :  ', undefined],
  [undefined, undefined],
])('%s', (text, version) => {
  const judged = judgeKanikoVersion('/k', text, 'h');
  expect(judged.version).toBe(version);
  expect(judged.notes).toHaveLength(version === undefined ? 1 : 0);
});

test.each(['v1.24.0', 'v1.9.2', 'v0.24.0'])('%s gets no fixes any more', (version) => {
  expect(() => judgeKanikoVersion('/k', `Kaniko version :  ${version}`, 'h')).toThrow(
    expect.objectContaining({ code: 'BUILDER_OUTDATED' }) as Error,
  );
});
