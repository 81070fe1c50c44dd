import { closeSync, openSync, readSync } from 'node:fs';
import { elfFile } from '../../../testing/elf-files';
import { ELF_HEAD, readElf } from './elf';

test.each(['amd64', 'arm64', '386', 'arm', 's390x', 'riscv64'] as const)(
  'a program for %s, static and dynamic',
  (architecture) => {
    expect(readElf(elfFile(architecture))).toEqual({ architecture });
    expect(readElf(elfFile(architecture, '/lib/ld.so.1'))).toEqual({ architecture, interpreter: '/lib/ld.so.1' });
  },
);

test('a real one', () => {
  const file = openSync(process.execPath, 'r');
  const head = Buffer.alloc(ELF_HEAD);
  readSync(file, head);
  closeSync(file);
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  expect(readElf(head)).toEqual({ architecture, interpreter: expect.stringMatching(/^\/lib.*\/ld-/) as string });
});

test('a CPU that Go does not know', () => {
  const file = elfFile('amd64');
  file.writeUInt16LE(94, 18);
  expect(readElf(file)).toEqual({ architecture: 'machine 94' });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a script', Buffer.from('#!/bin/sh\n'.padEnd(100))],
  ['a header cut off', elfFile('arm64').subarray(0, 60)],
  ['an object file', elfFile('arm64', undefined, 1)],
  ['a core dump', elfFile('arm64', undefined, 4)],
])('%s is no program', (_, head) => {
  expect(readElf(head)).toBeUndefined();
});

test('no interpreter from headers that point elsewhere', () => {
  const far = elfFile('amd64', '/lib/ld.so');
  far.writeUInt32LE(1, 36);
  expect(readElf(far)).toEqual({ architecture: 'amd64' });
  const long = elfFile('amd64', '/lib/ld.so');
  long.writeUInt32LE(0xffffffff, 64 + 32);
  expect(readElf(long)).toEqual({ architecture: 'amd64' });
  const many = elfFile('amd64', '/lib/ld.so');
  many.writeUInt16LE(0xffff, 56);
  many.writeUInt32LE(1, 64);
  expect(readElf(many)).toEqual({ architecture: 'amd64' });
});
