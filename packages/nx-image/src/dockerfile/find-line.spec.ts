import { findLine } from './find-line';

const TEXT = ['FROM a', '', 'run echo one \\', '# why', '   && exit 1', 'RUN x', 'FROM b', 'RUN  x', ''].join('\n');

test.each([
  ['a continued one', 'RUN echo one    && exit 1', 1, 3],
  ['one of two', 'RUN x', 1, 6],
  ['the other', 'RUN x', 2, 8],
  ['none of the file’s', 'pushing registry/x', 1, undefined],
])('%s', (_, said, seen, line) => {
  expect(findLine(TEXT, said, seen)).toBe(line);
});
