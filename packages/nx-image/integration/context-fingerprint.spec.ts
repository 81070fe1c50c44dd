import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { contextFingerprint, FINGERPRINT_SHELL, type FingerprintedEntry } from '../src/ci/context-fingerprint';

type File = { readonly text: string; readonly executable?: boolean } | { readonly link: string };

const FILES: Readonly<Record<string, File>> = {
  plain: { text: 'a' },
  empty: { text: '' },
  'bin/run': { text: '#!/bin/sh\n', executable: true },
  'a b  c': { text: 'spaces' },
  ' leading': { text: '1' },
  'trailing ': { text: '2' },
  '-n': { text: '3' },
  '--help/--': { text: '4' },
  "it's": { text: '5' },
  '"quoted"': { text: '6' },
  '$(touch canary)': { text: '7' },
  '`id`$HOME': { text: '8' },
  'back\\slash\\\\two\\n': { text: '9', executable: true },
  '*?[a]{b,c}': { text: '10' },
  'ünïcödé/日本語/😀': { text: '11' },
  '\ufb01 before 😀': { text: '12' },
  '.hidden/.x': { text: '13' },
  'tab\there': { text: '14' },
  '# ; & | < > !': { text: '15' },
  '%s%d': { text: '16' },
  'deep/er/and/deeper': { text: '17' },
  'link to directory': { link: 'deep' },
  dangling: { link: '../nowhere/ at all' },
  'links/-x': { link: '-n' },
  'links/twice': { link: '/absolute//twice' },
  'links/arrow': { link: 'a -> b\\c ' },
  'links/$x': { link: '$(touch canary)%s' },
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hephy-fingerprint-'));
  mkdirSync(join(directory, 'bin'));
  execFileSync('busybox', ['--install', '-s', join(directory, 'bin')]);
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function entriesOf(files: Readonly<Record<string, File>>): FingerprintedEntry[] {
  return Object.entries(files).map(([path, file]) =>
    'link' in file
      ? { path, kind: 'symlink', content: file.link }
      : {
          path,
          kind: file.executable === true ? 'executable' : 'file',
          content: createHash('sha256').update(file.text).digest('hex'),
        },
  );
}

function write(name: string, files: Readonly<Record<string, File>>, umask = 0o022): string {
  const root = join(directory, name);
  const before = process.umask(umask);
  try {
    mkdirSync(root, { recursive: true });
    for (const [path, file] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if ('link' in file) symlinkSync(file.link, join(root, path));
      else writeFileSync(join(root, path), file.text, { mode: file.executable === true ? 0o777 : 0o666 });
    }
  } finally {
    process.umask(before);
  }
  return root;
}

/** Each with all of its programs: busybox's own, then the machine's. */
const SHELLS = [
  ['busybox', true],
  ['dash', false],
  ['bash', false],
] as const;

function ask(shell: string, own: boolean, root: string, umask = 0o022): string {
  const file = own ? join(directory, 'bin/sh') : shell;
  const before = process.umask(umask);
  try {
    return execFileSync(
      file,
      [...(shell === 'bash' ? ['--norc'] : []), '-c', `${FINGERPRINT_SHELL}\nhephy_fingerprint "$1"`, 'sh', root],
      {
        encoding: 'utf8',
        cwd: directory,
        env: { PATH: own ? join(directory, 'bin') : process.env.PATH },
      },
    ).trim();
  } finally {
    process.umask(before);
  }
}

describe.each(SHELLS)('%s', (shell, own) => {
  test.each([0o000, 0o022, 0o077])('answers what the listing has, umask %o', (umask) => {
    const root = write(`${shell}-${umask}`, FILES, umask);
    mkdirSync(join(root, 'empty directory'));
    expect(ask(shell, own, root, umask)).toBe(contextFingerprint({ entries: entriesOf(FILES) }));
  });

  test('an empty directory', () => {
    expect(ask(shell, own, write(`${shell}-empty`, {}))).toBe(contextFingerprint({ entries: [] }));
  });

  test('a change of anything is another', () => {
    const expected = contextFingerprint({ entries: entriesOf(FILES) });
    const changes: ((root: string) => void)[] = [
      (root) => {
        writeFileSync(join(root, 'empty'), 'x');
      },
      (root) => {
        chmodSync(join(root, 'plain'), 0o744);
      },
      (root) => {
        writeFileSync(join(root, 'one more'), '');
      },
      (root) => {
        rmSync(join(root, '.hidden/.x'));
      },
      (root) => {
        renameSync(join(root, '-n'), join(root, '-m'));
      },
      (root) => {
        rmSync(join(root, 'dangling'));
        symlinkSync('../nowhere', join(root, 'dangling'));
      },
      (root) => {
        rmSync(join(root, 'plain'));
        symlinkSync('a', join(root, 'plain'));
      },
      (root) => {
        execFileSync('mkfifo', [join(root, 'pipe')]);
      },
    ];
    changes.forEach((change, index) => {
      const root = write(`${shell}-change-${index}`, FILES);
      change(root);
      expect(ask(shell, own, root)).not.toBe(expected);
    });
  });
});

test('many files, of any names that a line can hold', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((text) => text.replace(/[\0\n\r/]/g, '_'))
    .filter((text) => text !== '.' && text !== '..');
  const names = fc.sample(name, { numRuns: 3000, seed: 6 });
  const files: Record<string, File> = {};
  names.forEach((text, index) => {
    files[`d${index % 7}/${index}${text}`] = { text: text.repeat(index % 3), executable: index % 5 === 0 };
  });
  const root = write('many', files);
  const expected = contextFingerprint({ entries: entriesOf(files) });
  for (const [shell, own] of SHELLS) expect(ask(shell, own, root)).toBe(expected);
});
