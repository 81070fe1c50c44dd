import { allCases, fewerCases, type EndingCase } from './testing/endings/choose-cases';
import type { RuntimeName } from './testing/endings/runtimes';

const RUNTIMES: readonly RuntimeName[] = ['bubblewrap', 'buildah', 'docker', 'podman'];
const PAIRS: Readonly<Record<string, (one: EndingCase, runtime: RuntimeName) => string>> = {
  'every ending at each of its moments': ({ ending, moment }) => `${ending.title}, ${moment}`,
  'every ending in each runtime': ({ ending }, runtime) => `${runtime}: ${ending.title}`,
  'every moment in each runtime': ({ moment }, runtime) => `${runtime}: ${moment}`,
};

describe('the endings that run without being asked for', () => {
  test.each(Object.entries(PAIRS))('have %s', (_, nameOf) => {
    const named = (casesOf: typeof allCases) =>
      new Set(RUNTIMES.flatMap((runtime) => casesOf(runtime).map((one) => nameOf(one, runtime))));
    expect(named(fewerCases)).toEqual(named(allCases));
  });

  test('are not many more than half of all', () => {
    const count = (casesOf: typeof allCases) => RUNTIMES.flatMap((runtime) => casesOf(runtime)).length;
    expect(count(fewerCases) / count(allCases)).toBeLessThan(0.6);
  });
});
