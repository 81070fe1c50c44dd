import { Stopwatch } from './step-results';

let now = 0;
beforeEach(() => {
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

async function pass(milliseconds: number): Promise<void> {
  now += milliseconds;
  return Promise.resolve();
}

test('a stopwatch has the stretches in order, and their sums', async () => {
  const watch = new Stopwatch();
  await watch.time('plan', () => pass(5));
  await pass(100);
  const stretch = watch.begin('wait');
  await pass(0.4);
  stretch.become('build');
  await pass(10);
  stretch.become('pull');
  await pass(20);
  stretch.become('pull');
  await pass(20);
  stretch.become('build');
  await pass(30);
  stretch.end();

  expect(watch.read()).toEqual({
    seconds: { plan: 0.005, wait: 0, build: 0.04, pull: 0.04, total: 0.185 },
    phases: [
      { what: 'plan', at: 0, seconds: 0.005 },
      { what: 'build', at: 0.105, seconds: 0.01 },
      { what: 'pull', at: 0.115, seconds: 0.04 },
      { what: 'build', at: 0.155, seconds: 0.03 },
    ],
  });
});

test('what fails has taken its time', async () => {
  const watch = new Stopwatch();
  await expect(
    watch.time('check', async () => {
      await pass(7);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(watch.read().phases).toEqual([{ what: 'check', at: 0, seconds: 0.007 }]);
});
