import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listUpstream } from '../src/source/upstream/list-upstream';
import { serveHostileUpstreams } from '../testing/hostile-upstreams';
import { commitTree, writeBlob, writeTree } from '../testing/raw-tree';

/** Files, names and programs that an upstream of bad will can hold: nothing of it runs, nothing is written but into the stores, and each refusal has its code. */

const { canaries, canary, fetchMain, git, list, materialise, newRepository, stores } = serveHostileUpstreams();

describe('what it holds', () => {
  it('has no attribute applied, no filter, textconv or hook run, whatever the user has configured', async () => {
    const text = 'one\ntwo $Id$ $Format:%H$ ü\n';
    const files = {
      '.gitattributes': '* filter=evil diff=evil merge=evil ident eol=crlf working-tree-encoding=UTF-16 export-subst\n',
      text,
      'hooks/post-checkout': { executable: `#!/bin/sh\ntouch ${canary}\n` },
      '.githooks/post-checkout': { executable: `#!/bin/sh\ntouch ${canary}\n` },
    };
    const path = await materialise(newRepository(files));
    expect(readFileSync(join(path, 'text'), 'utf8')).toBe(text);
    expect(readFileSync(join(path, '.gitattributes'), 'utf8')).toBe(files['.gitattributes']);
  });

  it('is no repository of ours, though it looks like a bare one with programs in its configuration', async () => {
    const config = `[core]\n\tbare = true\n\trepositoryformatversion = 0\n\tfsmonitor = touch ${canary}\n\tsshCommand = touch ${canary}\n\thooksPath = hooks\n\tpager = touch ${canary}\n[includeIf "gitdir:**"]\n\tpath = evil\n[alias]\n\tls-tree = !touch ${canary}\n`;
    const files = {
      HEAD: 'ref: refs/heads/main\n',
      config,
      evil: config,
      'objects/info/alternates': '/\n',
      'refs/heads/main': `${'0'.repeat(40)}\n`,
      'hooks/reference-transaction': { executable: `#!/bin/sh\ntouch ${canary}\n` },
    };
    const path = await materialise(newRepository(files));
    expect(readdirSync(path).sort()).toEqual(['HEAD', 'config', 'evil', 'hooks', 'objects', 'refs']);
  });

  it('has odd names as they are, and nothing of Git’s own', async () => {
    const repository = newRepository({ x: 'content' });
    const blob = repository.git('rev-parse', 'main:x');
    const inner = writeTree(repository, [['100644', 'config', blob]]);
    const odd = [
      '-rf',
      '--output=x',
      '\n',
      'a\nb',
      '\t',
      '\x01\x7f',
      '"',
      '\\',
      '$(touch ran)',
      '`x`',
      ';',
      '*',
      '~',
      ' ',
      '..x',
      '.git2',
      'git~1',
      '.g\u200cit',
      '.git ',
      '.git.',
      'CON',
      'é',
      'e\u0301',
      '\u{1f600}',
    ].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const gits = ['.git', '.GIT', '.Git'];
    commitTree(
      repository,
      writeTree(repository, [
        ...odd.map((name) => ['100644', name, blob] as const),
        ...gits.map((name) => ['40000', name, inner] as const),
        [
          '40000',
          'd',
          writeTree(repository, [
            ['100644', '.git', blob],
            ['40000', '.gIt', inner],
            ['100644', 'f', blob],
          ]),
        ],
      ]),
    );
    const path = await materialise(repository);
    expect(readdirSync(path).sort()).toEqual([...odd, 'd'].sort());
    expect(readdirSync(join(path, 'd'))).toEqual(['f']);
    expect(readFileSync(join(path, '-rf'), 'utf8')).toBe('content');
  });

  it.each([
    ['a part that leads up', (t: Trees) => [['40000', '..', t.inner]] as const, 'CONTEXT_ESCAPES'],
    ['a part that is itself', (t: Trees) => [['40000', '.', t.inner]] as const, 'CONTEXT_ESCAPES'],
    ['a name with slashes that leads up', (t: Trees) => [['100644', '../../ran', t.blob]] as const, 'CONTEXT_ESCAPES'],
    ['a name that is absolute', (t: Trees) => [['100644', '/tmp/ran', t.blob]] as const, 'CONTEXT_ESCAPES'],
    [
      'a link and a directory of one name',
      (t: Trees) =>
        [
          ['120000', 'a', t.link],
          ['40000', 'a', t.inner],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a link and a name with a slash behind it',
      (t: Trees) =>
        [
          ['120000', 'a', t.link],
          ['100644', 'a/evil', t.blob],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a file twice',
      (t: Trees) =>
        [
          ['100644', 'a', t.blob],
          ['100755', 'a', t.blob],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a submodule behind a link (CVE-2024-32002)',
      (t: Trees) =>
        [
          ['120000', 'a', t.link],
          ['160000', 'a/modules', t.blob],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a submodule in the place of a directory',
      (t: Trees) =>
        [
          ['160000', 'a', t.blob],
          ['40000', 'a', t.inner],
        ] as const,
      'CONTEXT_ESCAPES',
    ],
    [
      'a name that is no UTF-8',
      (t: Trees) => [['100644', Buffer.from([0xff]), t.blob]] as const,
      'CONTEXT_UNSUPPORTED',
    ],
    ['a name of 4096 bytes', (t: Trees) => [['100644', 'x'.repeat(4096), t.blob]] as const, 'CONTEXT_UNSUPPORTED'],
    ['a link to nothing', (t: Trees) => [['120000', 'a', t.empty]] as const, 'CONTEXT_UNSUPPORTED'],
  ])('%s is refused', async (_, entries, code) => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const trees = {
      blob,
      inner: writeTree(repository, [['100644', 'evil', blob]]),
      link: writeBlob(repository, canaries),
      empty: writeBlob(repository, ''),
    };
    commitTree(repository, writeTree(repository, entries(trees)));
    await expect(list(repository)).rejects.toMatchObject({ code });
  });

  it('may have names that no file system takes where they are ignored', async () => {
    const repository = newRepository({ x: 'x' });
    const blob = repository.git('rev-parse', 'main:x');
    const names = [Buffer.from([0xff]), Buffer.from('x'.repeat(300))];
    const odd = writeTree(
      repository,
      names.map((name) => ['100644', name, blob] as const),
    );
    commitTree(
      repository,
      writeTree(repository, [
        ['100644', 'a', blob],
        ['40000', 'odd', odd],
      ]),
    );
    await expect(list(repository)).rejects.toMatchObject({ code: 'CONTEXT_UNSUPPORTED' });
    expect((await list(repository, 'odd')).listing.entries.map(({ path }) => path)).toEqual(['a']);
  });
});

interface Trees {
  readonly blob: string;
  readonly inner: string;
  readonly link: string;
  readonly empty: string;
}

it('is not led by hooks that the user has for all repositories', async () => {
  const hooks = mkdtempSync(join(stores, 'hooks-'));
  for (const hook of ['post-checkout', 'reference-transaction', 'post-merge', 'post-index-change']) {
    writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${canary}\n`);
    chmodSync(join(hooks, hook), 0o755);
  }
  const index = Number(git.env.GIT_CONFIG_COUNT);
  const repository = newRepository({ a: 'a' });
  const commit = await fetchMain(repository, {
    GIT_CONFIG_COUNT: String(index + 1),
    [`GIT_CONFIG_KEY_${index}`]: 'core.hooksPath',
    [`GIT_CONFIG_VALUE_${index}`]: hooks,
  });
  expect((await listUpstream({ ...commit, contextPath: '.', dockerfilePath: undefined })).entries).toHaveLength(1);
  expect(existsSync(canary)).toBe(false);
});
