import type { Reason } from '../plan/reason';
import { changesIn, seekReason, tellReason } from './find-reason';

test('a reason that is there when the build has ended', async () => {
  const why = seekReason(() => Promise.resolve({ kind: 'changed', changes: [{ kind: 'dockerfile', how: 'changed' }] }));
  await expect(why()).resolves.toMatchObject({ kind: 'changed' });
  await expect(changesIn(why)).resolves.toEqual({ changes: [{ kind: 'dockerfile', how: 'changed' }] });
});

test('nobody waits long for a registry that does not answer', async () => {
  const why = seekReason(() => new Promise(() => undefined), 10);
  await expect(why()).resolves.toMatchObject({ kind: 'unknown', why: expect.stringContaining('too long') as string });
  await expect(changesIn(why)).resolves.toEqual({});
});

test('a bug ends nothing before somebody asks', async () => {
  const why = seekReason(() => Promise.reject(new TypeError('bug')), 10);
  await new Promise(setImmediate);
  await expect(why()).rejects.toThrow('bug');
});

test('what was not looked for', async () => {
  await expect(changesIn(undefined)).resolves.toEqual({});
});

test('line and parts are of one answer', async () => {
  const answers: Reason[] = [
    { kind: 'unknown', why: 'slow' },
    { kind: 'changed', changes: [{ kind: 'dockerfile', how: 'changed' }] },
  ];
  await expect(tellReason(() => Promise.resolve(answers.shift()!))).resolves.toEqual({
    reason: 'what changed is not known: slow',
  });
  await expect(tellReason(() => Promise.resolve(answers.shift()!))).resolves.toEqual({
    reason: 'Dockerfile changed',
    changes: [{ kind: 'dockerfile', how: 'changed' }],
  });
  expect(answers).toEqual([]);
});

test('no image that was pushed fails for its reason', async () => {
  await expect(tellReason(() => Promise.reject(new TypeError('bug')))).resolves.toEqual({
    reason: 'what changed is not known: hephy failed to find it out: bug',
  });
});
