import { spawnSync } from 'node:child_process';
import { judgeOwner, ownerIdentity } from './owner';

const own = ownerIdentity();
const [pid = '', start = '', machine = ''] = own.split(':');
const [boot = '', namespace = '', host = ''] = machine.split('@');

test('this process is alive', () => {
  expect(judgeOwner(own)).toBe('alive');
  expect(judgeOwner(`${own}\n`)).toBe('alive');
});

test('one that has ended is dead, and so is one whose pid somebody else has now', () => {
  const ended = spawnSync('true').pid;
  expect(judgeOwner(`${ended}:${start}:${machine}`)).toBe('dead');
  expect(judgeOwner(`${pid}:${Number(start) - 1}:${machine}`)).toBe('dead');
});

test('after a restart of the machine all are dead', () => {
  expect(judgeOwner(`${pid}:${start}:another-${boot}@${namespace}@${host}`)).toBe('dead');
});

test('what only somebody else may see is alive where it is there', () => {
  const hidden = Object.assign(new Error('no'), { code: 'EPERM' });
  const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
    throw hidden;
  });
  expect(judgeOwner(`4194304:${start}:${machine}`)).toBe('alive');
  kill.mockRestore();
  expect(judgeOwner(`4194304:${start}:${machine}`)).toBe('dead');
});

test.each([
  ['another container', `${pid}:${start}:${boot}@1@${host}`],
  ['another container of another machine', `${pid}:${start}:another@1@other`],
  ['the first namespace of another machine', `${pid}:${start}:another@${namespace}@other`],
  ['nobody', ''],
  ['no number', `x:${start}:${machine}`],
  ['too little', pid],
])('of %s nothing can be said', (_, identity) => {
  expect(judgeOwner(identity)).toBe('elsewhere');
});
