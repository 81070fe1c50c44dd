import { HephyError } from './hephy-error';
import { noSpace } from './no-space';

test('a full disk is no bug', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', path: '/x/y' });
  expect(noSpace(error)).toMatchObject({
    code: 'BUILD_DISK_FULL',
    message: 'no space was left for /x/y (ENOSPC)',
    cause: error,
  });
});

test('of a write, which does not name the file, the writer does', () => {
  const error = Object.assign(new Error('EDQUOT: quota exceeded, write'), { code: 'EDQUOT' });
  expect(noSpace(error, '/x/y')).toMatchObject({ message: 'no space was left for /x/y (EDQUOT)' });
  expect(noSpace(error)).toMatchObject({ message: 'no space was left (EDQUOT)' });
});

test.each([
  new Error('x'),
  Object.assign(new Error('x'), { code: 'ENOENT' }),
  new HephyError('BUILD_FAILED', 'x'),
  'x',
])('%p is something else', (thrown) => {
  expect(noSpace(thrown)).toBeUndefined();
});
