import { schedule, type Ended, type Scheduled } from './schedule';

const node = (id: string, ...dependencies: string[]): Scheduled<string> => ({ id, dependencies, task: id });

async function play(
  nodes: Scheduled<string>[],
  run: (task: string) => Promise<boolean> = () => Promise.resolve(true),
  limit = 4,
): Promise<{ ends: Map<string, Ended>; order: string[]; thrown: string[] }> {
  const ends = new Map<string, Ended>();
  const order: string[] = [];
  const thrown: string[] = [];
  for await (const { id, end } of schedule(nodes, limit, run, (task) => thrown.push(task))) {
    expect(ends.has(id)).toBe(false);
    ends.set(id, end);
    order.push(id);
  }
  return { ends, order, thrown };
}

describe('schedule', () => {
  it('runs dependencies first, whatever the order of the nodes', async () => {
    const { order } = await play([node('c', 'b'), node('b', 'a'), node('a')]);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('skips what depends on a failure at any depth, names the first cause, and goes on with the rest', async () => {
    const { ends } = await play([node('a'), node('b', 'a'), node('c', 'b'), node('d')], (task) =>
      Promise.resolve(task !== 'a'),
    );
    expect(Object.fromEntries(ends)).toEqual({
      a: { kind: 'failed' },
      b: { kind: 'skipped', because: 'a' },
      c: { kind: 'skipped', because: 'a' },
      d: { kind: 'succeeded' },
    });
  });

  it('makes one failure of an exception, and hands it on', async () => {
    const { ends, thrown } = await play([node('a'), node('b')], (task) =>
      task === 'a' ? Promise.reject(new Error('bug')) : Promise.resolve(true),
    );
    expect(thrown).toEqual(['a']);
    expect(ends.get('a')).toEqual({ kind: 'failed' });
    expect(ends.get('b')).toEqual({ kind: 'succeeded' });
  });

  it('lets what runs come to its end, whatever ends it itself', async () => {
    let finish: (done: boolean) => void = () => undefined;
    let done = false;
    const slow = new Promise<boolean>((resolve) => (finish = resolve)).finally(() => (done = true));
    const run = (task: string) => (task === 'a' ? Promise.reject(new Error('bug')) : slow);
    const ends = schedule([node('a'), node('b')], 2, run, () => {
      setImmediate(finish, true);
      throw new Error('bug of a bug');
    });
    await expect(ends.next()).rejects.toThrow('bug of a bug');
    expect(done).toBe(true);
  });

  it('never runs more than the limit at once, and as many as it may', async () => {
    let now = 0;
    let most = 0;
    await play(
      Array.from({ length: 9 }, (_, index) => node(String(index))),
      async () => {
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now -= 1;
        return true;
      },
      3,
    );
    expect(most).toBe(3);
  });

  it('takes dependencies outside the batch as done', async () => {
    const { ends } = await play([node('a', 'elsewhere')]);
    expect(ends.get('a')).toEqual({ kind: 'succeeded' });
  });

  it('refuses a cycle instead of waiting for ever', async () => {
    await expect(play([node('a', 'b'), node('b', 'a')])).rejects.toThrow('a cycle between a, b');
  });
});
