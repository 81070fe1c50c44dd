import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexOf } from '../src/oci/digest';
import { ContextWriter } from '../src/source/context-writer';
import type { FileModes } from '../src/source/file-modes';
import { contextDirectory } from '../src/source/context-directory';
import { listContext, type ContextInput } from '../src/source/list-context';
import { materialiseContext } from '../src/source/materialise-context';
import { sweepStore } from '../src/source/sweep-store';

const base = mkdtempSync(join(tmpdir(), 'hephy-context-'));
afterAll(() => {
  rmSync(base, { recursive: true });
});

let count = 0;
function newDirectory(): string {
  const directory = join(base, String(++count));
  mkdirSync(directory);
  return directory;
}

function write(root: string, path: string, content: string | Uint8Array, mode?: number): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
  if (mode !== undefined) chmodSync(join(root, path), mode);
}

/** A workspace with the image directory `img`. */
function newWorkspace(files: Readonly<Record<string, string>> = {}): string {
  const root = newDirectory();
  const all = { Dockerfile: 'FROM scratch\n', 'build-config.yaml': 'platforms: [linux/amd64]\n', 'project.json': '{}' };
  for (const [path, content] of Object.entries({ ...all, ...files })) write(root, `img/${path}`, content);
  return root;
}

function input(workspaceRoot: string, more: Partial<ContextInput> = {}): ContextInput {
  const modes: FileModes = new Map();
  return { workspaceRoot, imageRoot: 'img', contextPath: '.', dockerfilePath: 'Dockerfile', modes, ...more };
}

async function paths(workspaceRoot: string, more: Partial<ContextInput> = {}): Promise<string[]> {
  return (await listContext(input(workspaceRoot, more))).entries.map(({ path }) => path);
}

describe('listContext', () => {
  it('lists everything but Git’s and hephy’s own', async () => {
    const root = newWorkspace({
      'a/b': 'x',
      '.gitignore': 'generated\n',
      generated: 'belongs',
      'a/project.json': '{}',
      'build-config.yml': '',
      '.git/config': '',
      'a/.git': 'gitdir: elsewhere',
    });
    mkdirSync(join(root, 'img/empty'));
    expect(await paths(root)).toEqual(['.gitignore', 'Dockerfile', 'a/b', 'a/project.json', 'generated']);
  });

  it('leaves the image’s own files out of a context above or below it too', async () => {
    const root = newWorkspace({ 'sub/project.json': '{}', 'sub/file': '' });
    write(root, 'project.json', '{}');
    expect(await paths(root, { contextPath: 'sub' })).toEqual(['file', 'project.json']);
    expect(await paths(root, { contextPath: '..' })).toEqual([
      'img/Dockerfile',
      'img/sub/file',
      'img/sub/project.json',
      'project.json',
    ]);
  });

  it('leaves out what a job of a pipeline keeps at the root of the workspace', async () => {
    const root = newWorkspace({ '.hephy/file': '' });
    write(root, '.hephy/work/aws-token', 'secret');
    expect(await paths(root, { contextPath: '..' })).toEqual(['img/.hephy/file', 'img/Dockerfile']);
    write(root, 'Dockerfile', 'FROM scratch\n');
    expect(await paths(root, { imageRoot: '.' })).toContain('Dockerfile');
    expect(await paths(root, { imageRoot: '.' })).not.toContain('.hephy/work/aws-token');
  });

  it('takes the ignore file beside the Dockerfile before the context’s', async () => {
    const root = newWorkspace({ 'ctx/a': '', 'ctx/b': '', 'ctx/.dockerignore': 'a\n', 'deploy/Dockerfile': '' });
    const more = { contextPath: 'ctx', dockerfilePath: 'deploy/Dockerfile' };
    expect(await paths(root, more)).toEqual(['.dockerignore', 'b']);
    write(root, 'img/deploy/Dockerfile.dockerignore', 'b\n.dockerignore');
    expect(await paths(root, more)).toEqual(['a']);
    write(root, 'img/deploy/Dockerfile.dockerignore', '');
    expect(await paths(root, more)).toEqual(['.dockerignore', 'a', 'b']);
  });

  it('goes into an ignored directory only for what is taken back', async () => {
    const root = newWorkspace({
      '.dockerignore': 'big\nkeep\n!keep/this\n',
      'big/x': '',
      'keep/this': '',
      'keep/y': '',
    });
    execFileSync('mkfifo', [join(root, 'img/big/pipe')]);
    expect(await paths(root)).toEqual(['.dockerignore', 'Dockerfile', 'keep/this']);
  });

  it('keeps links as links and follows none', async () => {
    const root = newWorkspace({ 'd/f': '' });
    for (const [name, target] of [
      ['inside', 'd'],
      ['outside', '../../..'],
      ['absolute', '/etc/passwd'],
      ['dangling', 'nowhere'],
    ] as const) {
      symlinkSync(target, join(root, 'img', name));
    }
    const { entries } = await listContext(input(root));
    const links = entries.filter(({ kind }) => kind === 'symlink').map(({ path, content }) => [path, content]);
    expect(Object.fromEntries(links)).toEqual({
      inside: 'd',
      outside: '../../..',
      absolute: '/etc/passwd',
      dangling: 'nowhere',
    });
    expect(entries).toHaveLength(6);
  });

  it('has the owner’s x bit as mode, or git’s where the file system has none', async () => {
    const root = newWorkspace();
    write(root, 'img/run', '', 0o744);
    write(root, 'img/data', '', 0o655);
    write(root, 'img/link', 'run');
    const kinds = async (modes: FileModes) =>
      Object.fromEntries((await listContext(input(root, { modes }))).entries.map(({ path, kind }) => [path, kind]));
    expect(await kinds(new Map())).toMatchObject({ run: 'executable', data: 'file', link: 'file' });
    const git = new Map([
      ['img/run', 'file'],
      ['img/data', 'executable'],
      ['img/link', 'symlink'],
    ] as const);
    expect(await kinds(git)).toMatchObject({ run: 'file', data: 'executable', link: 'symlink' });
  });

  it('has one digest whatever the directory, times, umask and owner, and another for each change', async () => {
    const files = { 'a/b': 'text', run: '#!/bin/sh\n', 'large.bin': 'x'.repeat(700_000), 'ü/\u{1f600}': 'é' };
    const [one, two] = [newWorkspace(files), newWorkspace(files)];
    chmodSync(join(one, 'img/run'), 0o700);
    chmodSync(join(two, 'img/run'), 0o777);
    chmodSync(join(two, 'img/a/b'), 0o666);
    chmodSync(join(one, 'img/a'), 0o700);
    utimesSync(join(two, 'img/a/b'), 1, 1);
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534', two]);
    const listing = await listContext(input(one));
    expect((await listContext(input(two))).digest).toBe(listing.digest);
    expect(listing.size).toBe(700_000 + 4 + 10 + 2 + 'FROM scratch\n'.length);
    const digests = new Set([listing.digest]);
    for (const change of [
      () => {
        chmodSync(join(two, 'img/run'), 0o644);
      },
      () => {
        write(two, 'img/a/b', 'texT');
      },
      () => {
        write(two, 'img/large.bin', `${'x'.repeat(699_999)}y`);
      },
      () => {
        rmSync(join(two, 'img/a/b'));
      },
    ]) {
      change();
      digests.add((await listContext(input(two))).digest);
    }
    expect(digests.size).toBe(5);
  });

  it('refuses what no image can hold, unless it is ignored', async () => {
    const root = newWorkspace();
    execFileSync('mkfifo', [join(root, 'img/pipe')]);
    await expect(paths(root)).rejects.toMatchObject({
      code: 'CONTEXT_UNSUPPORTED',
      message: expect.stringContaining('pipe: it is a named pipe') as string,
    });
    write(root, 'img/.dockerignore', 'pipe');
    expect(await paths(root)).toContain('Dockerfile');
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'img/')), Buffer.from([0x61, 0xff])]), '');
    await expect(paths(root)).rejects.toMatchObject({ code: 'CONTEXT_UNSUPPORTED' });
  });

  it('says that the context is missing, no directory, or outside', async () => {
    const root = newWorkspace({ file: '' });
    await expect(paths(root, { contextPath: 'no' })).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
    await expect(paths(root, { contextPath: 'file' })).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
    await expect(paths(root, { contextPath: '../..' })).rejects.toMatchObject({ code: 'CONTEXT_ESCAPES' });
    symlinkSync('/etc', join(root, 'img/etc'));
    await expect(paths(root, { contextPath: 'etc' })).rejects.toMatchObject({ code: 'CONTEXT_ESCAPES' });
  });

  it('lists 200 files in milliseconds', async () => {
    const root = newWorkspace(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`d${i % 10}/f${i}`, `${i}`])));
    // The best of some: other tests run beside this one.
    const times: number[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const begun = performance.now();
      await listContext(input(root));
      times.push(performance.now() - begun);
    }
    expect(Math.min(...times)).toBeLessThan(300);
  });
});

describe('materialiseContext', () => {
  const files = { 'a/b/c': 'text', run: '#!/bin/sh\n', 'large.bin': 'x'.repeat(700_000) };

  function look(root: string): Record<string, string> {
    const seen: Record<string, string> = {};
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const stats = lstatSync(join(root, name));
      const content = stats.isSymbolicLink() ? readlinkSync(join(root, name)) : stats.isFile() ? stats.size : 'd';
      seen[name] =
        `${stats.isSymbolicLink() ? 'link' : (stats.mode & 0o7777).toString(8)} ${stats.mtime.toISOString()} ${content}`;
    }
    return seen;
  }

  it.each([0o000, 0o022, 0o077])('copies the same under umask %o', async (umask) => {
    const root = newWorkspace(files);
    chmodSync(join(root, 'img/run'), 0o711);
    symlinkSync('run', join(root, 'img/link'));
    const listing = await listContext(input(root));
    const before = process.umask(umask);
    const store = newDirectory();
    const to = join(store, 'deep/store');
    const path = await materialiseContext({ listing, from: contextDirectory(input(root)), to });
    process.umask(before);
    expect(path).toBe(join(to, hexOf(listing.digest)));
    const time = '1980-01-02T00:00:00.000Z';
    expect(look(path)).toEqual({
      Dockerfile: `644 ${time} 13`,
      a: `755 ${time} d`,
      'a/b': `755 ${time} d`,
      'a/b/c': `644 ${time} 4`,
      'large.bin': `644 ${time} 700000`,
      link: `link ${time} run`,
      run: `755 ${time} 10`,
    });
    expect(lstatSync(path).mode & 0o777).toBe(0o755);
    const again = await listContext({
      ...input(store),
      imageRoot: 'deep',
      contextPath: `store/${hexOf(listing.digest)}`,
    });
    expect(again.digest).toBe(listing.digest);
  });

  it('says which names the file system takes for one, or not at all', () => {
    const writer = new ContextWriter(newDirectory());
    // As where letter case means nothing.
    mkdirSync(join(writer.root, 'A'));
    writeFileSync(join(writer.root, 'b'), '');
    for (const path of ['A/x', 'b', 'x'.repeat(256), `${'x'.repeat(256)}/y`]) {
      expect(() => writer.open(path)).toThrow(expect.objectContaining({ code: 'CONTEXT_UNSUPPORTED' }) as Error);
    }
    writer.link('b', 'x');
    expect(() => {
      writer.finish();
    }).toThrow(expect.objectContaining({ code: 'CONTEXT_UNSUPPORTED' }) as Error);
  });

  it('copies once, however many ask at once, and leaves nothing half done', async () => {
    const root = newWorkspace(files);
    const listing = await listContext(input(root));
    const to = newDirectory();
    const from = contextDirectory(input(root));
    const found = await Promise.all(Array.from({ length: 5 }, () => materialiseContext({ listing, from, to })));
    expect(new Set(found).size).toBe(1);
    expect(readdirSync(to).sort()).toEqual([hexOf(listing.digest), `${hexOf(listing.digest)}.used`]);
    rmSync(from, { recursive: true });
    expect(await materialiseContext({ listing, from, to })).toBe(found[0]);
  });

  it.each([
    [
      'changed',
      (img: string) => {
        writeFileSync(join(img, 'a/b/c'), 'tEXt');
      },
    ],
    [
      'changed in its end',
      (img: string) => {
        writeFileSync(join(img, 'large.bin'), 'x'.repeat(700_001));
      },
    ],
    [
      'gone',
      (img: string) => {
        rmSync(join(img, 'a/b/c'));
      },
    ],
    [
      'a link now',
      (img: string) => {
        rmSync(join(img, 'a/b/c'));
        writeFileSync(join(img, 'same'), 'text');
        symlinkSync('../../same', join(img, 'a/b/c'));
      },
    ],
    [
      'a pipe now',
      (img: string) => {
        rmSync(join(img, 'a/b/c'));
        execFileSync('mkfifo', [join(img, 'a/b/c')]);
      },
    ],
  ])('refuses a file that is %s', async (_, change) => {
    const root = newWorkspace(files);
    const listing = await listContext(input(root));
    change(join(root, 'img'));
    const to = newDirectory();
    const copying = materialiseContext({ listing, from: contextDirectory(input(root)), to });
    await expect(copying).rejects.toMatchObject({ code: 'CONTEXT_CHANGED' });
    expect(readdirSync(to).filter((name) => !name.endsWith('.used'))).toEqual([]);
  });

  it('is swept when nobody used it for a day, and so is what was left half done', async () => {
    const root = newWorkspace(files);
    const listing = await listContext(input(root));
    const to = newDirectory();
    const make = () => materialiseContext({ listing, from: contextDirectory(input(root)), to });
    const path = await make();
    mkdirSync(join(to, '.partial-dead'));
    sweepStore(to);
    expect(readdirSync(to)).toHaveLength(3);
    const longAgo = new Date(Date.now() - 25 * 3600 * 1000);
    for (const name of [`${path}.used`, join(to, '.partial-dead')]) utimesSync(name, longAgo, longAgo);
    await make();
    sweepStore(to);
    expect(existsSync(path)).toBe(true);
    expect(existsSync(join(to, '.partial-dead'))).toBe(false);
    utimesSync(`${path}.used`, longAgo, longAgo);
    sweepStore(to);
    expect(readdirSync(to)).toEqual([]);
    sweepStore(join(to, 'never-made'));
    expect(readFileSync(join(await make(), 'a/b/c'), 'utf8')).toBe('text');
  });
});
