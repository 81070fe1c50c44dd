import { readRollbackMark, rollbackAnnotations } from './rollback-mark';

const MARK = {
  from: { version: 'web-20261120-1a2b3c4', digest: `sha256:${'1'.repeat(64)}` },
  to: { version: 'web-20261119-0a0b0c0', digest: `sha256:${'2'.repeat(64)}` },
} as const;

it('is read as it was written', () => {
  expect(readRollbackMark(rollbackAnnotations(MARK))).toEqual(MARK);
});

it.each([
  ['nothing', {}],
  ['one side', { 'dev.hephy.image.rolled-back-to': `web@${MARK.to.digest}` }],
  ['no text', { 'dev.hephy.image.rolled-back-from': 7, 'dev.hephy.image.rolled-back-to': null }],
  ['no digest', { 'dev.hephy.image.rolled-back-from': 'web@sha256:12', 'dev.hephy.image.rolled-back-to': '@' }],
])('is none of %s', (_, annotations) => {
  expect(readRollbackMark(annotations)).toBeUndefined();
});
