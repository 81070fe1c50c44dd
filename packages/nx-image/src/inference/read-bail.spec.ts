import { readBail } from './read-bail';

test.each([
  [['run-many', '-t', 'manifest'], false],
  [['run-many', '--nxBail'], true],
  [['run-many', '--nx-bail', '-t', 'manifest'], true],
  [['run-many', '--nxBail=true'], true],
  [['run-many', '--nxBail=false'], false],
  [['run-many', '--nxBail', 'false'], false],
  [['run-many', '--nxBail', '--no-nxBail'], false],
  [['run-many', '--', '--nxBail'], false],
])('%j: %s', (argv, expected) => {
  expect(readBail(argv)).toBe(expected);
});
