import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { hexOf } from '../src/oci/digest';
import { contextDirectory } from '../src/source/context-directory';
import { ContextWriter } from '../src/source/context-writer';
import { listContext } from '../src/source/list-context';
import { materialiseContext } from '../src/source/materialise-context';
import { sweepStore } from '../src/source/sweep-store';
import { inputOf, makeImageDirectories } from '../testing/image-directories';

const { newDirectory, newWorkspace } = makeImageDirectories();

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
    const listing = await listContext(inputOf(root));
    const store = newDirectory();
    const to = join(store, 'deep/store');
    const before = process.umask(umask);
    let path: string;
    try {
      path = await materialiseContext({ listing, from: contextDirectory(inputOf(root)), to });
    } finally {
      process.umask(before);
    }
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
      ...inputOf(store),
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
    const listing = await listContext(inputOf(root));
    const to = newDirectory();
    const from = contextDirectory(inputOf(root));
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
    const listing = await listContext(inputOf(root));
    change(join(root, 'img'));
    const to = newDirectory();
    const copying = materialiseContext({ listing, from: contextDirectory(inputOf(root)), to });
    await expect(copying).rejects.toMatchObject({ code: 'CONTEXT_CHANGED' });
    expect(readdirSync(to).filter((name) => !name.endsWith('.used'))).toEqual([]);
  });

  it('is swept when nobody used it for a day, and so is what was left half done', async () => {
    const root = newWorkspace(files);
    const listing = await listContext(inputOf(root));
    const to = newDirectory();
    const make = () => materialiseContext({ listing, from: contextDirectory(inputOf(root)), to });
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
