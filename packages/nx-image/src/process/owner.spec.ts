import { spawnSync } from 'node:child_process';
import { judgeOwner, ownerIdentity } from './owner';

const own = ownerIdentity();
const [pid = '', start = '', machine = ''] = own.split(':');
const [boot = '', namespace = ''] = machine.split('@');

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
  expect(judgeOwner(`${pid}:${start}:another-${boot}@${namespace}`)).toBe('dead');
});

test.each([
  ['another container', `${pid}:${start}:${boot}@1`],
  ['another container of another machine', `${pid}:${start}:another@1`],
  ['nobody', ''],
  ['no number', `x:${start}:${machine}`],
  ['too little', pid],
])('of %s nothing can be said', (_, identity) => {
  expect(judgeOwner(identity)).toBe('elsewhere');
});
