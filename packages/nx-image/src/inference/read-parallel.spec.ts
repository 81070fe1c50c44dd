import { readParallel } from './read-parallel';

const read = (...argv: string[]): number => readParallel(argv, undefined, undefined, 8);

describe('readParallel', () => {
  it.each([
    [['run-many', '-t', 'manifest'], 3],
    [['run-many', '--parallel=5'], 5],
    [['run-many', '--parallel', '5', '-t', 'manifest'], 5],
    [['run-many', '--parallel', '-t', 'manifest'], 3],
    [['run-many', '--parallel=50%'], 4],
    [['run-many', '--parallel=1%'], 1],
    [['run-many', '--parallel=false'], 1],
    [['run-many', '--no-parallel'], 1],
    [['run-many', '--parallel=5', '--parallel=6'], 6],
    [['run-many', '--maxParallel=7'], 7],
    [['run-many', '--', '--parallel=9'], 3],
    [['run-many', '--parallel=nonsense'], 3],
  ])('%j is %d', (argv, expected) => {
    expect(read(...argv)).toBe(expected);
  });

  it('takes NX_PARALLEL before nx.json, and the command line before both', () => {
    expect(readParallel([], 4, undefined, 8)).toBe(4);
    expect(readParallel([], 4, '6', 8)).toBe(6);
    expect(readParallel(['--parallel=2'], 4, '6', 8)).toBe(2);
  });
});
