import { atPlace } from './at-place';
import { HephyError } from './hephy-error';

test('is the same error in another place', () => {
  const cause = new Error('x');
  const details = { hint: 'Push it.', output: ['a'], log: 'a.log', cause };
  const error = new HephyError('BASE_NOT_FOUND', 'gone', { ...details, where: { file: 'a', line: 1 } });
  expect(atPlace(error, { file: 'b' })).toMatchObject({
    code: 'BASE_NOT_FOUND',
    message: 'gone',
    ...details,
    where: { file: 'b' },
  });
});
