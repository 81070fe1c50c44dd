import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import { findAffected } from '../src/run/find-affected';
import type { ImagePlace } from '../src/run/image-places';
import { findBaseCommit } from '../src/source/changes/find-base-commit';
import { gitIn, makeRepository, type MadeRepository, type RepositoryFiles } from '../testing/git-repository';

const NODE_MODULES = join(__dirname, '../../../node_modules');

/** Projects as the plugin infers them: app is FROM base; tool has no manifest; in is in a submodule. */
const project = (name: string, more: object = {}) =>
  JSON.stringify({ name, targets: { manifest: { command: 'true' } }, ...more });
const FILES: RepositoryFiles = {
  'nx.json': '{ "analytics": false, "neverConnectToCloud": true }\n',
  'package.json': '{ "name": "images", "private": true }\n',
  '.nxignore': '**/README.md\n',
  '.gitignore': 'node_modules\n.nx\n*.jar\n',
  '.gitmodules': '[submodule "src"]\n\tpath = images/app/src\n\turl = ../src.git\n\tignore = all\n',
  'images/base/project.json': project('base'),
  'images/base/base.txt': 'one\n',
  'images/app/project.json': project('app', { implicitDependencies: ['base'] }),
  'images/app/app.txt': 'one\n',
  'images/app/README.md': 'one\n',
  'images/app/src': { submodule: '1'.repeat(40) },
  'images/other/project.json': project('other'),
  'images/other/other.txt': 'one\n',
  'tools/project.json': '{ "name": "tool", "targets": { "build": { "command": "true" } } }',
  'tools/tool.txt': 'one\n',
  'README.md': 'one\n',
  'NOTES.md': 'one\n',
  'images/app/lib.jar': 'one\n',
  'images/app/sub/project.json': '{ "name": "sub" }',
  'images/app/sub/sub.txt': 'one\n',
  'images/base/Dockerfile': { link: '../../shared/Dockerfile' },
  'images/other/src': { link: '../../linked' },
  linked: { link: 'shared/sources' },
  'shared/Dockerfile': 'FROM scratch\n',
  'shared/sources/main.c': 'one\n',
  'shared/other/main.c': 'one\n',
};
const without = (...paths: readonly string[]): RepositoryFiles =>
  Object.fromEntries(Object.entries(FILES).filter(([path]) => !paths.includes(path)));

/** What images are made of, as their configs name it. */
const IMAGES: readonly ImagePlace[] = [
  { project: 'base', paths: ['images/base', 'images/base/Dockerfile'] },
  { project: 'app', paths: ['images/app', 'images/app/Dockerfile'] },
  { project: 'other', paths: ['images/other', 'images/other/src'] },
];

const WHOLE: ImagePlace = { project: 'whole', paths: ['images/whole', '.'] };

interface Row {
  readonly files: RepositoryFiles;
  readonly expected: readonly string[] | 'all';
  /** All that there are then. */
  readonly images?: readonly ImagePlace[];
}
const ROWS: Readonly<Record<string, Row>> = {
  'a file': { files: { ...FILES, 'images/app/app.txt': 'two\n' }, expected: ['app'] },
  'a base, and what is FROM it': { files: { ...FILES, 'images/base/base.txt': 'two\n' }, expected: ['app', 'base'] },
  'a file less': { files: without('images/other/other.txt'), expected: ['other'] },
  'a project that is no image': { files: { ...FILES, 'tools/tool.txt': 'two\n' }, expected: ['tool'] },
  'what .nxignore names': { files: { ...FILES, 'images/app/README.md': 'two\n' }, expected: [] },
  nothing: { files: FILES, expected: [] },
  'an image directory renamed': {
    files: {
      ...without('images/other/project.json', 'images/other/other.txt'),
      ...{ 'images/new/project.json': project('new'), 'images/new/other.txt': 'one\n' },
    },
    images: [...IMAGES.slice(0, 2), { project: 'new', paths: ['images/new'] }],
    // Nx takes all where a project is gone: whatever stood on it.
    expected: ['app', 'base', 'new', 'sub', 'tool'],
  },
  'a submodule that .gitmodules wants ignored': {
    files: { ...FILES, 'images/app/src': { submodule: '2'.repeat(40) } },
    expected: ['app'],
  },
  'a submodule with images in it': {
    files: { ...FILES, vendor: { submodule: '3'.repeat(40) } },
    // That the checkout has, and the commit has not.
    ...{ images: [...IMAGES, { project: 'in', paths: ['vendor/images/in'] }], expected: 'all' },
  },
  'a name that is not ASCII': { files: { ...FILES, 'images/app/é ü.txt': '1' }, expected: ['app'] },
  'a name with a comma': { files: { ...FILES, 'images/app/a,images/other/b': '1' }, expected: ['app'] },
  'a name that git quotes': { files: { ...FILES, 'images/app/"': '1' }, expected: 'all' },
  'files beside all images': { files: { ...FILES, 'README.md': 'two\n', 'NOTES.md': 'two\n' }, expected: [] },
  'a tracked file that .gitignore names': { files: { ...FILES, 'images/app/lib.jar': 'two\n' }, expected: 'all' },
  'a project in an image directory': { files: { ...FILES, 'images/app/sub/sub.txt': 'two\n' }, expected: 'all' },
  'a shared Dockerfile behind a link': { files: { ...FILES, 'shared/Dockerfile': 'FROM base\n' }, expected: 'all' },
  'a shared context behind links': { files: { ...FILES, 'shared/sources/main.c': 'two\n' }, expected: 'all' },
  'a link on the way to a context': { files: { ...FILES, linked: { link: 'shared/other' } }, expected: 'all' },
  'a directory beside a shared context': { files: { ...FILES, 'shared/other/main.c': 'two\n' }, expected: [] },
  'line ends, by .gitattributes': { files: { ...FILES, '.gitattributes': '*.txt eol=crlf\n' }, expected: 'all' },
  "a directory's .gitattributes": { files: { ...FILES, 'images/.gitattributes': '* -text\n' }, expected: 'all' },
  'a .gitattributes of no image': { files: { ...FILES, 'tools/.gitattributes': '* -text\n' }, expected: ['tool'] },
  'the workspace as context': {
    files: { ...FILES, 'tools/tool.txt': 'two\n' },
    ...{ images: [...IMAGES, WHOLE], expected: 'all' },
  },
  'the workspace as context, and what .nxignore names': {
    files: { ...FILES, 'README.md': 'two\n' },
    ...{ images: [...IMAGES, WHOLE], expected: [] },
  },
};

describe('findAffected', () => {
  const parent = mkdtempSync(join(tmpdir(), 'hephy-affected-'));
  let origin: MadeRepository;
  let first: string;
  let count = 0;
  beforeAll(() => {
    origin = makeRepository(parent, 'origin', FILES);
    first = origin.git('rev-parse', 'main');
  });

  /** A commit of these files after the first, and a clone that has it and nothing before, or all of it. */
  function push(files: RepositoryFiles, depth: readonly string[] = ['--depth=1']): string {
    const branch = `b${++count}`;
    origin.git('update-ref', `refs/heads/${branch}`, first);
    origin.commit(files, branch);
    const clone = join(parent, branch);
    gitIn(parent, ['clone', '--quiet', ...depth, `--branch=${branch}`, `file://${origin.directory}`, clone]);
    symlinkSync(NODE_MODULES, join(clone, 'node_modules'));
    return clone;
  }
  async function ask(
    workspaceRoot: string,
    before: string,
    more: { readonly images?: readonly ImagePlace[]; readonly env?: object } = {},
  ) {
    const { signal } = new AbortController();
    const env = {
      ...{ PATH: process.env.PATH, HOME: parent, GIT_CONFIG_NOSYSTEM: '1', NX_DAEMON: 'false', NX_TUI: 'false' },
      ...{ GITLAB_CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' },
      ...{ CI_COMMIT_BEFORE_SHA: before, ...more.env },
    };
    const access = { workspaceRoot, env, runProcess, signal };
    const base = await findBaseCommit(access);
    const images = more.images ?? IMAGES;
    const affected = await findAffected({ ...access, base, images });
    return affected === 'all' ? affected : [...affected].sort();
  }

  it.each(Object.entries(ROWS))('%s', async (_, { files, expected, ...images }) => {
    expect(await ask(push(files), first, images)).toEqual(expected);
  });

  it('sees what is beside the workspace, too', async () => {
    const below = (files: RepositoryFiles): RepositoryFiles =>
      Object.fromEntries(Object.entries(files).map(([path, file]) => [`work/${path}`, file]));
    const beside = { 'shared/Dockerfile': 'FROM scratch\n', 'other/file': 'one\n' };
    const files = {
      ...below({ ...FILES, 'images/app/Dockerfile': { link: '../../../shared/Dockerfile' } }),
      ...beside,
    };
    origin.git('update-ref', 'refs/heads/below', first);
    const before = origin.commit(files, 'below');
    const asked = async (more: RepositoryFiles) => ask(join(push({ ...files, ...more }), 'work'), before);
    expect(await asked({ 'other/file': 'two\n' })).toEqual([]);
    expect(await asked({ 'work/README.md': 'two\n' })).toEqual([]);
    expect(await asked({ 'shared/Dockerfile': 'FROM base\n' })).toBe('all');
    expect(await asked({ '.gitattributes': '* -text\n' })).toBe('all');
  });

  it('takes what only the old tip had, after a force push', async () => {
    origin.git('update-ref', 'refs/heads/old', first);
    const old = origin.commit({ ...FILES, 'images/other/other.txt': 'two\n' }, 'old');
    origin.git('update-ref', '-d', 'refs/heads/old');
    const files = { ...FILES, 'images/app/app.txt': 'three\n' };
    expect(await ask(push(files), old)).toEqual(['app', 'other']);
    // In a whole clone nx would compare with what both have in common, and see no change in other.
    expect(await ask(push(files, []), old)).toEqual(['app', 'other']);
  });

  it('is all where nothing came before', async () => {
    expect(await ask(push(FILES), '0'.repeat(40))).toBe('all');
  });

  it('is an error where nx fails, with its words', async () => {
    const clone = push({ ...FILES, 'images/app/project.json': '{ "name": ' });
    await expect(ask(clone, first)).rejects.toMatchObject({
      code: 'AFFECTED_FAILED',
      output: expect.arrayContaining([expect.stringContaining('images/app/project.json')]) as string[],
    });
  });
});
