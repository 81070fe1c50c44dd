import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listContext } from '../src/source/list-context';
import { readMissingSubmodules } from '../src/source/missing-submodules';
import { write } from '../testing/directories';
import { gitIn } from '../testing/git-repository';
import { makeCheckouts, OF_DIRECTORIES } from '../testing/make-checkouts';

/** What a commit has and its checkout may lack. */

const { addSubmodule, git, newCheckout, newDirectory, started } = makeCheckouts();

describe('submodules of the checkout', () => {
  const missing = (workspaceRoot: string) => readMissingSubmodules({ workspaceRoot, ...git });
  const list = async (workspaceRoot: string, imageRoot = 'images/a', contextPath = '.') =>
    listContext({
      ...{ workspaceRoot, imageRoot, contextPath, dockerfilePath: 'Dockerfile', modes: new Map() },
      missing: await missing(workspaceRoot),
    });

  /** A clone of a repository with a submodule that has one itself, none of them checked out. */
  function cloneWithSubmodules(): string {
    const [inner, part, origin] = [newCheckout(), newCheckout(), newCheckout()];
    addSubmodule(part, inner, 'in ner');
    addSubmodule(origin, part, 'images/a/part');
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

    gitIn(root, [...OF_DIRECTORIES, 'submodule', '--quiet', 'update', '--init', 'images/a/part']);
    rmSync(join(root, 'images/a/.dockerignore'));
    await expect(list(root)).rejects.toMatchObject({
      message: 'images/a/part/in ner is a submodule that is not checked out',
      hint: expect.stringContaining("--init 'images/a/part/in ner'") as string,
    });
    gitIn(root, [...OF_DIRECTORIES, 'submodule', '--quiet', 'update', '--init', '--recursive']);
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
