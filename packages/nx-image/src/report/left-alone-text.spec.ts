import { nothingToDoText } from './left-alone-text';

const NONE = { upToDate: 0, broken: 0, byHand: 0 };

test.each([
  [NONE, 0, 'no image changed.'],
  [NONE, 1, '0 up to date. 1 is built when somebody starts its jobs.'],
  [
    { ...NONE, upToDate: 7, byHand: 2 },
    3,
    '7 up to date, 2 built by hand that the registry does not have. 3 are built when somebody starts their jobs.',
  ],
])('of %j, and %i that wait: %s', (counts, waiting, said) => {
  expect(nothingToDoText(counts, waiting, 'x')).toBe(`nothing to do: ${said} Base: x`);
});
