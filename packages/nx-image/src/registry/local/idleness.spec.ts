import { Idleness } from './idleness';

function look(idleness: Idleness, ...times: readonly number[]): readonly number[] {
  return times.filter((now) => idleness.isOver(now));
}

test('is over when nobody has used it for so long', () => {
  const idleness = new Idleness(1000, 250, 0);
  expect(look(idleness, 250, 500, 750)).toEqual([]);
  idleness.used(800);
  expect(look(idleness, 1000, 1250, 1500, 1750, 2000)).toEqual([2000]);
});

test('begins anew where the process itself stood still', () => {
  const idleness = new Idleness(1000, 250, 0);
  expect(look(idleness, 250, 90_000, 90_250, 90_500, 90_750, 91_000)).toEqual([91_000]);
});

test('a look that is a little late is none of that', () => {
  expect(look(new Idleness(1000, 250, 0), 400, 850, 1300)).toEqual([1300]);
});
