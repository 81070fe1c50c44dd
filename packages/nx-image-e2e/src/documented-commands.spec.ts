import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentedCommands, readPage, USERS_PAGES } from './testing/documents';
import { CLEAN_ENV, must, succeed } from './testing/run';
import { imageConfig, Workspace } from './testing/workspace';

/** Commands of this checkout, and who runs them. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  'npm run demo': 'demo.spec.ts',
  'npm test': '.ci/run',
  'npm ci': '.ci/run',
  'npm run build -- dist/nx-image': 'the set-up of all tests here',
  'npm pack ./dist/nx-image': 'the set-up of all tests here',
};

/** What people have when they type it: a workspace with the images that pages name, its registry, a remote, variables of CI. */
async function makeWorkspace(remote: string, generatesWeb: boolean): Promise<Workspace> {
  const web = { 'web/build-config.yaml': imageConfig(), 'web/Dockerfile': 'FROM scratch\nCOPY Dockerfile /\n' };
  const workspace = await Workspace.withImages(generatesWeb ? {} : web);
  await must(remote, 'git', ['init', '-q', '--bare', '.']);
  await workspace.git('remote', 'add', 'origin', remote);
  await workspace.git('push', '-q', '-u', 'origin', 'main');
  workspace.write('CHANGES', 'Hello\n');
  await workspace.commit('Say hello');
  await succeed(workspace.hephy(['registry', 'start']));
  return workspace;
}

/** What npx comes to here. Its own start takes half a second each time; fresh-workspace.spec.ts has it. */
const NPX = '#!/bin/sh\nprogram=$1\nshift\nexec "node_modules/.bin/$program" "$@"\n';
const programs = mkdtempSync(join(tmpdir(), 'hephy-programs-'));
const env = { BASE: 'HEAD~1', CI_COMMIT_BEFORE_SHA: 'HEAD~1', PATH: `${programs}:${CLEAN_ENV.PATH ?? ''}` };
beforeAll(() => {
  writeFileSync(join(programs, 'npx'), NPX, { mode: 0o755 });
});
afterAll(() => {
  rmSync(programs, { recursive: true, force: true });
});

describe.each(USERS_PAGES)('what %s says to type', (page) => {
  const commands = documentedCommands(readPage(page));
  const here = commands.filter(({ line, notRun }) => notRun === undefined && !(line in RUN_ELSEWHERE));
  let workspace: Workspace | undefined;
  let remote = '';

  beforeAll(async () => {
    if (here.length === 0) return;
    remote = mkdtempSync(join(tmpdir(), 'hephy-remote-'));
    workspace = await makeWorkspace(
      remote,
      here.some(({ line }) => line.endsWith(':image web')),
    );
  });

  afterAll(async () => {
    await workspace?.remove();
    if (remote !== '') rmSync(remote, { recursive: true, force: true });
  });

  it('is run by a test, or says why not', () => {
    expect(commands.filter(({ notRun }) => notRun !== undefined && notRun.length < 10)).toEqual([]);
  });

  it('works as written, in its order', async () => {
    for (const { line } of here) {
      await succeed(workspace?.sh(line, env) ?? Promise.reject(new Error(line)));
    }
  });
});
