import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFileModes } from '../src/source/file-modes';
import { readCheckout } from '../src/source/read-checkout';
import { write } from '../testing/directories';
import { gitIn } from '../testing/git-repository';
import { makeCheckouts } from '../testing/make-checkouts';

const { addSubmodule, base, git, newCheckout, newDirectory, started } = makeCheckouts();

function read(workspaceRoot: string, imageRoots: readonly string[] = ['images/a']) {
  return readCheckout({ workspaceRoot, imageRoots, ...git });
}

describe('readCheckout', () => {
  it('answers a clean checkout with two git processes', async () => {
    const root = newCheckout();
    gitIn(root, ['remote', 'add', 'origin', 'https://me:secret@host/a/b.git']);
    expect(await read(root)).toEqual({
      commit: gitIn(root, ['rev-parse', 'HEAD']),
      dirty: undefined,
      changed: [],
      origin: 'https://host/a/b.git',
    });
    expect(started).toHaveLength(2);
  });

  it('knows no commit outside of git, asking nobody, and before the first commit', async () => {
    const outside = newDirectory();
    expect(await read(outside)).toEqual({ commit: undefined, dirty: undefined, changed: [], origin: undefined });
    expect(started).toHaveLength(0);
    mkdirSync(join(outside, '.git')); // looks like one
    expect(await read(outside)).toMatchObject({ commit: undefined, dirty: undefined });
    const empty = newDirectory();
    gitIn(empty, ['init', '-q']);
    write(empty, 'images/a/Dockerfile', 'FROM scratch\n');
    expect(await read(empty)).toMatchObject({ commit: undefined, changed: ['images/a/Dockerfile'] });
  });

  it('has one hash for the same changes, staged or not, in any clone', async () => {
    const change = (root: string) => {
      appendFileSync(join(root, 'other/file'), 'changed\n');
      rmSync(join(root, 'images/a/Dockerfile'));
      chmodSync(join(root, 'images/a/run.sh'), 0o755);
      write(root, 'images/a/new', 'new\n');
    };
    const [one, two] = [newCheckout(), newCheckout()];
    change(one);
    change(two);
    gitIn(two, ['add', '-A']);
    const [a, b] = [await read(one), await read(two)];
    expect(a.dirty).toMatch(/^[0-9a-f]{6}$/);
    expect(b.dirty).toBe(a.dirty);
    expect(a.changed).toEqual(['images/a/Dockerfile', 'images/a/new', 'images/a/run.sh', 'other/file']);
  });

  it('has another hash for each other change', async () => {
    const seen = new Set<string | undefined>();
    const changes: ((root: string) => void)[] = [
      () => undefined,
      (root) => {
        write(root, 'other/file', 'y\n');
      },
      (root) => {
        write(root, 'other/file', 'z\n');
      },
      (root) => {
        write(root, 'other/file', 'z\n');
        chmodSync(join(root, 'other/file'), 0o755);
      },
      (root) => {
        rmSync(join(root, 'other/file'));
      },
      (root) => {
        chmodSync(join(root, 'other/file'), 0o755);
      },
      (root) => {
        write(root, 'images/a/new', '');
      },
      (root) => {
        write(root, 'images/a/new2', '');
      },
      (root) => {
        write(root, 'images/a/new', '');
        chmodSync(join(root, 'images/a/new'), 0o755);
      },
      (root) => {
        execFileSync('ln', ['-s', 'x', join(root, 'images/a/new')]);
      },
      (root) => {
        gitIn(root, ['mv', 'other/file', 'other/moved']);
      },
    ];
    for (const change of changes) {
      const root = newCheckout();
      change(root);
      seen.add((await read(root)).dirty);
    }
    expect(seen.size).toBe(changes.length);
  });

  it('counts no ignored files and no untracked ones elsewhere', async () => {
    const root = newCheckout();
    write(root, 'images/a/ignored', 'x');
    write(root, 'elsewhere', 'x');
    write(root, 'images/ab/file', 'x');
    expect((await read(root)).dirty).toBeUndefined();
    expect((await read(root, ['.'])).changed).toEqual(['elsewhere', 'images/ab/file']);
  });

  it('counts nothing that a job of a pipeline keeps at the root of the workspace, unless it is tracked', async () => {
    const root = newCheckout();
    write(root, '.hephy/work/aws-token', 'x');
    write(root, 'images/.hephy/plan', 'x');
    expect((await read(root, ['.'])).changed).toEqual(['images/.hephy/plan']);
    expect((await read(join(root, 'images'), ['.'])).dirty).toBeUndefined();
    gitIn(root, ['add', '.hephy']);
    expect((await read(root, ['.'])).changed).toEqual(['.hephy/work/aws-token', 'images/.hephy/plan']);
  });

  it('takes a file that is deleted from the index and still there for what it is', async () => {
    const root = newCheckout();
    gitIn(root, ['rm', '-q', '--cached', 'images/a/run.sh']);
    expect(await read(root)).toMatchObject({ changed: ['images/a/run.sh'] });
  });

  it('reads worktrees and workspaces below the repository’s root', async () => {
    const root = newCheckout();
    write(root, 'images/a/new', 'x');
    const below = await read(join(root, 'images'), ['a']);
    expect(below).toEqual({ ...(await read(root)), changed: ['a/new'] });
    const tree = join(base, 'tree');
    gitIn(root, ['worktree', 'add', '-q', tree]);
    write(tree, 'images/a/new', 'x');
    expect(await read(tree)).toEqual(await read(root));
  });

  it('is not led elsewhere by the variables of a git hook', async () => {
    const [root, other] = [newCheckout(), newDirectory()];
    gitIn(other, ['init', '-q']);
    const hook = { ...git.env, GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, 'index') };
    const facts = await readCheckout({ workspaceRoot: root, imageRoots: [], ...git, env: hook });
    expect(facts.commit).toBe(gitIn(root, ['rev-parse', 'HEAD']));
  });

  it('writes nothing into the repository', async () => {
    const root = newCheckout();
    const index = () => execFileSync('stat', ['-c', '%y %z %s %i', join(root, '.git/index')]).toString();
    const before = index();
    execFileSync('touch', ['-d', '2001-01-01', join(root, 'other/file')]);
    expect((await read(root)).dirty).toBeUndefined();
    expect(index()).toBe(before);
  });

  it('sees what submodules hold', async () => {
    const [root, part] = [newCheckout(), newCheckout()];
    addSubmodule(root, part, 'images/a/part');
    expect((await read(root)).dirty).toBeUndefined();
    const inside = join(root, 'images/a/part');
    write(inside, 'other/file', 'changed\n');
    write(inside, 'new', 'x');
    const facts = await read(root);
    expect(facts.changed).toEqual(['images/a/part/new', 'images/a/part/other/file']);
    rmSync(join(inside, 'new'));
    gitIn(inside, ['commit', '-q', '-a', '-m', 'more']);
    const moved = await read(root);
    expect(moved.changed).toEqual(['images/a/part']);
    gitIn(inside, ['commit', '-q', '--allow-empty', '-m', 'more']);
    expect((await read(root)).dirty).not.toBe(moved.dirty);
  });

  it('copes with paths that are no text, and many of them', async () => {
    const root = newCheckout();
    const odd = Buffer.concat([Buffer.from(join(root, 'images/a/')), Buffer.from([0xff, 0x0a, 0x20])]);
    writeFileSync(odd, 'x');
    expect((await read(root)).dirty).toMatch(/^[0-9a-f]{6}$/);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('reads a repository of another user, with its submodules', async () => {
    const [root, part] = [newCheckout(), newCheckout()];
    addSubmodule(root, part, 'part');
    write(root, 'part/other/file', 'changed\n');
    execFileSync('chown', ['-R', '65534:65534', root]);
    expect(() => gitIn(root, ['status'])).toThrow('dubious ownership');
    expect(await read(root)).toMatchObject({ changed: ['part/other/file'] });
  });

  it('says what is wrong with a checkout that git cannot read', async () => {
    const root = newCheckout();
    writeFileSync(join(root, '.git/index'), 'garbage');
    await expect(read(root)).rejects.toMatchObject({ code: 'CHECKOUT_UNREADABLE' });
  });

  it('says that git is missing where there is something to read', async () => {
    const root = newCheckout();
    const reading = readCheckout({ workspaceRoot: root, imageRoots: [], ...git, env: { PATH: base } });
    await expect(reading).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });

  it('is stopped by its signal', async () => {
    const root = newCheckout();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readCheckout({ workspaceRoot: root, imageRoots: [], ...git, signal })).rejects.toThrow('enough');
  });
});

describe('readFileModes', () => {
  it('leaves modes to the worktree, or takes those of the index where core.fileMode is off', async () => {
    const root = newCheckout();
    gitIn(root, ['update-index', '--chmod=+x', 'images/a/run.sh']);
    execFileSync('ln', ['-s', 'run.sh', join(root, 'images/a/link')]);
    gitIn(root, ['add', 'images/a/link']);
    expect(await readFileModes({ workspaceRoot: root, ...git })).toEqual(new Map());
    gitIn(root, ['config', 'core.fileMode', 'false']);
    const modes = await readFileModes({ workspaceRoot: join(root, 'images'), ...git });
    expect(Object.fromEntries(modes)).toEqual({ 'a/Dockerfile': 'file', 'a/run.sh': 'executable' });
    gitIn(root, ['config', 'core.symlinks', 'false']);
    expect((await readFileModes({ workspaceRoot: root, ...git })).get('images/a/link')).toBe('symlink');
  });

  it('knows none outside of git', async () => {
    const outside = newDirectory();
    cpSync(join(newCheckout(), 'images'), join(outside, 'images'), { recursive: true });
    expect(await readFileModes({ workspaceRoot: outside, ...git })).toEqual(new Map());
  });
});
