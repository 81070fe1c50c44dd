import fc from 'fast-check';
import { extendedHeader, fixChecksum, gnuLong, tarEntries, tarFile } from '../../../testing/tar-files';
import { TarError } from './tar-header';
import { TarScanner, type TarEntry } from './tar-scanner';

/** Entries as `path type size target head`, the heads of files at most `wanted` bytes. */
function scan(tar: Buffer, wanted = 4, sizes: readonly number[] = [tar.length]): string[] {
  const seen: string[] = [];
  const describe = ({ path, type, size, target }: TarEntry) => `${path} ${type} ${size} ${target}`.trim();
  const scanner = new TarScanner({
    enter: (entry) => {
      seen.push(describe(entry));
      return entry.type === 'file' ? wanted : 0;
    },
    read: (entry, head) => {
      const index = seen.lastIndexOf(describe(entry));
      seen[index] = `${seen[index] ?? ''} ${head.toString('latin1')}`;
    },
  });
  let at = 0;
  for (let turn = 0; at < tar.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    scanner.push(tar.subarray(at, at + size));
    at += size;
  }
  scanner.end();
  return seen;
}

const long = `${'long/'.repeat(60)}name`;
const MIXED = tarFile([
  { path: 'dir/', type: 'Directory', mode: 0o755 },
  { path: 'dir/a', content: 'abcdef' },
  { path: 'empty' },
  { path: 'b', content: 'x'.repeat(512) },
  { path: 'l', link: '../dir/a' },
  { path: 'h', link: 'dir/a', type: 'Link' },
  { path: long, content: 'long', mode: 0o755 },
  { path: 'ümläut', content: 'yz' },
  { path: 'dev', type: 'CharacterDevice' },
]);
const ENTRIES = [
  'dir/ directory 0',
  'dir/a file 6 abcd',
  'empty file 0',
  'b file 512 xxxx',
  'l symlink 0 ../dir/a',
  'h hard link 0 dir/a',
  `${long} file 4 long`,
  'ümläut file 2 yz',
  'dev other 0',
];

test('what a tar holds', () => {
  expect(scan(MIXED)).toEqual(ENTRIES);
});

test('however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 }), (sizes) => {
      expect(scan(MIXED, 4, sizes)).toEqual(ENTRIES);
    }),
  );
});

test('GNU long names and links', () => {
  const tar = Buffer.concat([
    gnuLong('K', `/${long}`),
    gnuLong('L', long),
    tarFile([
      { path: 'short', link: 'short' },
      { path: 'next', content: 'n' },
    ]),
  ]);
  expect(scan(tar)).toEqual([`${long} symlink 0 /${long}`, 'next file 1 n']);
});

test('a pax header rules the next entry alone, a global one none', () => {
  const record = (text: string) => Buffer.from(`${text.length + 3} ${text}`);
  const tar = Buffer.concat([
    extendedHeader('g', record('path=global\n')),
    extendedHeader('x', Buffer.concat([record('path=a\nb=c\n'), record('size=00000\n')])),
    tarFile([{ path: 'x' }, { path: 'y' }]),
  ]);
  expect(scan(tar)).toEqual(['a\nb=c file 0', 'y file 0']);
});

test('a size in base 256, and contents of links that are not there', () => {
  const tar = tarFile([
    { path: 'a', content: 'abc' },
    { path: 'l', link: 'a' },
    { path: 'b', content: 'b' },
  ]);
  tar.writeUIntBE(0x800000000000, 124, 6);
  tar.writeUIntBE(3, 130, 6);
  fixChecksum(tar);
  tar.write('00000001000\0', 1024 + 124, 'latin1');
  fixChecksum(tar.subarray(1024));
  expect(scan(tar)).toEqual(['a file 3 abc', 'l symlink 0 a', 'b file 1 b']);
});

test('more headers of a sparse file are no content', () => {
  const tar = tarEntries([{ path: 's', content: 'abc' }]);
  tar.write('S', 156, 'latin1');
  tar[482] = 1;
  fixChecksum(tar);
  const more = Buffer.alloc(512);
  more[504] = 1;
  const sparse = Buffer.concat([
    tar.subarray(0, 512),
    more,
    Buffer.alloc(512),
    tar.subarray(512),
    tarFile([{ path: 'n' }]),
  ]);
  expect(scan(sparse)).toEqual(['s file 3', 'n file 0']);
});

test('what is behind the end is not read, nor is an end required', () => {
  expect(scan(Buffer.concat([MIXED, Buffer.from('garbage'.repeat(1000))]))).toEqual(ENTRIES);
  expect(scan(MIXED.subarray(0, -1024))).toEqual(ENTRIES);
  expect(scan(Buffer.alloc(0))).toEqual([]);
});

test.each([
  ['cut in a content', MIXED.subarray(0, 1100), 'it ends in the midst of an entry'],
  ['cut in a header', MIXED.subarray(0, 100), 'it ends in the midst of an entry'],
  ['no tar', Buffer.from('x'.repeat(2000)), 'a number in it is none'],
  ['one zero block and then more', Buffer.concat([Buffer.alloc(512), MIXED]), 'a header in it is none'],
  [
    'a huge extended header',
    extendedHeader('x', Buffer.alloc(0), 2 ** 31),
    'an extended header in it is larger than 1 MiB',
  ],
  ['a pax record too long', extendedHeader('x', Buffer.from('99 path=a\n')), 'an extended header in it is none'],
  ['a pax record of no length', extendedHeader('x', Buffer.from('0 path=a\n')), 'an extended header in it is none'],
  ['a pax record with a sign', extendedHeader('x', Buffer.from('-9 path=a\n')), 'an extended header in it is none'],
])('%s is an error', (_, tar, message) => {
  expect(() => scan(tar)).toThrow(new TarError(message));
});

test('a negative size is an error', () => {
  const tar = tarFile([{ path: 'a' }]);
  tar.fill(0xff, 124, 136);
  fixChecksum(tar);
  expect(() => scan(tar)).toThrow(new TarError('a number in it is negative'));
});
