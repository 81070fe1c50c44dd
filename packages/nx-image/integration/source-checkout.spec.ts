import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessSpec } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import { readFileModes } from '../src/source/file-modes';
import { listContext } from '../src/source/list-context';
import { readMissingSubmodules } from '../src/source/missing-submodules';
import { readCheckout } from '../src/source/read-checkout';
import { gitIn } from '../testing/git-repository';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'hephy-checkout-')));
afterAll(() => {
  rmSync(base, { recursive: true });
});
const env = { PATH: process.env.PATH, HOME: base, GIT_CONFIG_NOSYSTEM: '1' };

/** As a user must say it where submodules are directories. */
const FILES = ['-c', 'protocol.file.allow=always'];

let started: ProcessSpec[] = [];
const counted = (spec: ProcessSpec) => {
  started.push(spec);
  return runProcess(spec);
};
beforeEach(() => {
  started = [];
});

function read(workspaceRoot: string, imageRoots: readonly string[] = ['images/a']) {
  return readCheckout({ workspaceRoot, imageRoots, env, runProcess: counted });
}

function write(root: string, path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

let count = 0;
function newDirectory(): string {
  const directory = join(base, String(++count));
  mkdirSync(directory);
  return directory;
}

/** A clone with one commit of a few files. */
function newCheckout(): string {
  const root = newDirectory();
  gitIn(root, ['init', '-q']);
  write(root, 'images/a/Dockerfile', 'FROM scratch\n');
  write(root, 'images/a/run.sh', 'true\n');
  write(root, 'other/file', 'x\n');
  write(root, '.gitignore', 'ignored\n');
  gitIn(root, ['add', '.']);
  gitIn(root, ['commit', '-q', '-m', 'first']);
  return root;
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
    const hook = { ...env, GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, 'index') };
    const facts = await readCheckout({ workspaceRoot: root, imageRoots: [], env: hook, runProcess });
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
    gitIn(root, [...FILES, 'submodule', '--quiet', 'add', part, 'images/a/part']);
    gitIn(root, ['commit', '-q', '-m', 'part']);
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
    gitIn(root, [...FILES, 'submodule', '--quiet', 'add', part, 'part']);
    gitIn(root, ['commit', '-q', '-m', 'part']);
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
    const reading = readCheckout({ workspaceRoot: root, imageRoots: [], env: { PATH: base }, runProcess });
    await expect(reading).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });

  it('is stopped by its signal', async () => {
    const root = newCheckout();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readCheckout({ workspaceRoot: root, imageRoots: [], env, runProcess, signal })).rejects.toThrow(
      'enough',
    );
  });
});

describe('readFileModes', () => {
  it('leaves modes to the worktree, or takes those of the index where core.fileMode is off', async () => {
    const root = newCheckout();
    gitIn(root, ['update-index', '--chmod=+x', 'images/a/run.sh']);
    execFileSync('ln', ['-s', 'run.sh', join(root, 'images/a/link')]);
    gitIn(root, ['add', 'images/a/link']);
    expect(await readFileModes({ workspaceRoot: root, env, runProcess })).toEqual(new Map());
    gitIn(root, ['config', 'core.fileMode', 'false']);
    const modes = await readFileModes({ workspaceRoot: join(root, 'images'), env, runProcess });
    expect(Object.fromEntries(modes)).toEqual({ 'a/Dockerfile': 'file', 'a/run.sh': 'executable' });
    gitIn(root, ['config', 'core.symlinks', 'false']);
    expect((await readFileModes({ workspaceRoot: root, env, runProcess })).get('images/a/link')).toBe('symlink');
  });

  it('knows none outside of git', async () => {
    const outside = newDirectory();
    cpSync(join(newCheckout(), 'images'), join(outside, 'images'), { recursive: true });
    expect(await readFileModes({ workspaceRoot: outside, env, runProcess })).toEqual(new Map());
  });
});

describe('submodules of the checkout', () => {
  const missing = (workspaceRoot: string) => readMissingSubmodules({ workspaceRoot, env, runProcess: counted });
  const list = async (workspaceRoot: string, imageRoot = 'images/a', contextPath = '.') =>
    listContext({
      ...{ workspaceRoot, imageRoot, contextPath, dockerfilePath: 'Dockerfile', modes: new Map() },
      missing: await missing(workspaceRoot),
    });

  /** A clone of a repository with a submodule that has one itself, none of them checked out. */
  function cloneWithSubmodules(): string {
    const [inner, part, origin] = [newCheckout(), newCheckout(), newCheckout()];
    gitIn(part, [...FILES, 'submodule', '--quiet', 'add', inner, 'in ner']);
    gitIn(part, ['commit', '-q', '-m', 'inner']);
    gitIn(origin, [...FILES, 'submodule', '--quiet', 'add', part, 'images/a/part']);
    gitIn(origin, ['commit', '-q', '-m', 'part']);
    const root = newDirectory();
    gitIn(root, ['clone', '-q', origin, '.']);
    return root;
  }

  it('asks git nothing without .gitmodules', async () => {
    expect(await missing(newCheckout())).toEqual([]);
    expect(await missing(newDirectory())).toEqual([]);
    expect(started).toEqual([]);
  });

  it('must be checked out where the context has them, and are then files as all others', async () => {
    const root = cloneWithSubmodules();
    expect(await missing(join(root, 'images'))).toEqual(['a/part']);
    await expect(list(root)).rejects.toMatchObject({
      code: 'SUBMODULE_MISSING',
      message: 'images/a/part is a submodule that is not checked out',
      hint: expect.stringMatching(/^Run: git submodule update --init images\/a\/part$/m) as string,
    });
    await expect(list(root, 'images/a', 'part')).rejects.toMatchObject({ code: 'SUBMODULE_MISSING' });
    await expect(list(root, 'images/a', 'part/other')).rejects.toMatchObject({ code: 'SUBMODULE_MISSING' });
    await expect(list(root, 'images/a', '../..')).rejects.toMatchObject({ code: 'SUBMODULE_MISSING' });
    expect((await list(root, 'other')).entries).toHaveLength(1);
    write(root, 'images/a/.dockerignore', 'part\n');
    expect((await list(root)).entries).toHaveLength(3);
    write(root, 'images/a/.dockerignore', 'part\n!part/other\n');
    await expect(list(root)).rejects.toMatchObject({ code: 'SUBMODULE_MISSING' });
    rmSync(join(root, 'images/a/part'), { recursive: true });
    await expect(list(root)).rejects.toMatchObject({ code: 'SUBMODULE_MISSING' });

    gitIn(root, [...FILES, 'submodule', '--quiet', 'update', '--init', 'images/a/part']);
    rmSync(join(root, 'images/a/.dockerignore'));
    await expect(list(root)).rejects.toMatchObject({
      message: 'images/a/part/in ner is a submodule that is not checked out',
      hint: expect.stringContaining("--init 'images/a/part/in ner'") as string,
    });
    gitIn(root, [...FILES, 'submodule', '--quiet', 'update', '--init', '--recursive']);
    const paths = (await list(root)).entries.map(({ path }) => path);
    expect(paths).toContain('part/in ner/other/file');
    expect(paths.filter((path) => path.endsWith('.git'))).toEqual([]);
  });

  it('are what lies there where they have no repository of their own', async () => {
    const root = cloneWithSubmodules();
    write(root, 'images/a/part/copied', 'x');
    expect((await list(root)).entries.map(({ path }) => path)).toContain('part/copied');
  });
});

describe('Git LFS in the checkout', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
  const list = (workspaceRoot: string) =>
    listContext({
      ...{ workspaceRoot, imageRoot: 'images/a', contextPath: '.', dockerfilePath: 'Dockerfile', modes: new Map() },
    });

  it('must have been pulled, unless the files are ignored', async () => {
    const root = newCheckout();
    write(root, '.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
    write(root, 'images/a/deep/model.bin', pointer);
    await expect(list(root)).rejects.toMatchObject({
      code: 'CONTEXT_LFS_POINTERS',
      message: '`deep/model.bin` of images/a is a Git LFS pointer, not the file it stands for',
      hint: expect.stringContaining('git lfs pull') as string,
    });
    write(root, 'images/a/.dockerignore', '**/*.bin\n');
    expect((await list(root)).entries).toHaveLength(3);
    rmSync(join(root, 'images/a/.dockerignore'));
    write(root, 'images/a/deep/model.bin', 'pulled');
    expect((await list(root)).entries).toHaveLength(3);
  });

  it('is not what a file that only looks like a pointer is about', async () => {
    const root = newCheckout();
    write(root, 'images/a/test-data', pointer);
    write(root, 'other/.gitattributes', '*.bin filter=lfs\n');
    expect((await list(root)).entries).toHaveLength(3);
  });
});
