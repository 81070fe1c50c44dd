import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { materialiseUpstream } from '../src/source/upstream/materialise-upstream';
import { gitIn } from '../testing/git-repository';
import { serveHostileUpstreams } from '../testing/hostile-upstreams';
import { commitTree, writeBlob, writeTree } from '../testing/raw-tree';

/** Upstreams that are larger or deeper than anybody needs: read as they are, or refused before they take all of the machine. */

const { list, newRepository, stores } = serveHostileUpstreams();

describe('what it holds', () => {
  it('may be ten trees in ten trees in ten trees, and is refused before it fills the memory', async () => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const names = Array.from({ length: 10 }, (_, index) => `${index}${'x'.repeat(200)}`);
    let tree = writeTree(
      repository,
      names.map((name) => ['100644', name, blob] as const),
    );
    for (let level = 0; level < 9; level++)
      tree = writeTree(
        repository,
        names.map((name) => ['40000', name, tree] as const),
      );
    commitTree(repository, tree);
    await expect(list(repository)).rejects.toMatchObject({
      code: 'CONTEXT_UNSUPPORTED',
      message: expect.stringContaining('larger than any context') as string,
    });
  });

  it.each([1000, 5000])('may be %d directories deep', async (depth) => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const files = Buffer.from(
      `commit refs/heads/main\ncommitter T <t@localhost> 1 +0000\ndata 1\nx\nM 100644 ${blob} ${'deep/'.repeat(depth)}f\n`,
    );
    gitIn(repository.directory, ['-c', 'core.maxTreeDepth=100000', 'fast-import', '--quiet', '--force'], files);
    await expect(list(repository)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:CONTEXT|UPSTREAM)_/) as string,
    });
  });

  it('may have 100,000 files', async () => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const name = (index: number) => String(index).padStart(3, '0');
    const names = (most: number) => Array.from({ length: most }, (_, index) => name(index));
    const hundred = writeTree(
      repository,
      names(100).map((one) => ['100644', one, blob] as const),
    );
    commitTree(
      repository,
      writeTree(
        repository,
        names(1000).map((one) => ['40000', one, hundred] as const),
      ),
    );
    const { listing } = await list(repository, '**/*7\n[0-4]*\n!000\n');
    expect(listing.entries).toHaveLength(450 * 90 + 100);
  });

  it('may have a blob that is larger than what we keep in memory', async () => {
    const repository = newRepository();
    const size = 100 * 2 ** 20;
    const blob = writeBlob(repository, Buffer.alloc(size));
    commitTree(repository, writeTree(repository, [['100644', 'large', blob]]));
    const { commit, listing } = await list(repository);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 20);
    const path = await materialiseUpstream({ ...commit, listing, to: join(stores, 'contexts') });
    clearInterval(watch);
    expect(lstatSync(join(path, 'large')).size).toBe(size);
    expect(most).toBeLessThan(90 * 2 ** 20);
  });

  it('may have ignore files that take a regular expression for ever', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${'a/'.repeat(40)}${index}`, '']));
    const dockerignore = `${'**/*a'.repeat(50)}b\n`.repeat(20);
    const { listing } = await list(newRepository({ ...files, '.dockerignore': dockerignore }));
    expect(listing.entries).toHaveLength(201);
    const patterns = newRepository({ ...files, '.dockerignore': 'a\n'.repeat(10_000) });
    await expect(list(patterns)).rejects.toMatchObject({ code: 'CONTEXT_IGNORE_INVALID' });
  });
});
