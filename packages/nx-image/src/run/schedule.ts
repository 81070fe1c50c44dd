/** One node of the graph that a batch is. */
export interface Scheduled<T> {
  readonly id: string;
  /** Ids of this batch that must have succeeded before. */
  readonly dependencies: readonly string[];
  readonly task: T;
}

export type Ended =
  { readonly kind: 'succeeded' } | { readonly kind: 'failed' } | { readonly kind: 'skipped'; readonly because: string };

/**
 * Runs each task once what it depends on has succeeded; what depends on a failure, at any depth, is skipped; the rest goes on.
 * Yields exactly one end a task, as they come. `run` must not throw: what does is a failure, handed to `onThrow`. However it ends itself, no task runs any more then.
 */
export async function* schedule<T>(
  nodes: readonly Scheduled<T>[],
  limit: number,
  run: (task: T) => Promise<boolean>,
  onThrow: (task: T, error: unknown) => void,
): AsyncGenerator<{ readonly id: string; readonly task: T; readonly end: Ended }> {
  const waiting = new Map(nodes.map((node) => [node.id, node]));
  const ends = new Map<string, Ended>();
  const running = new Map<string, Promise<{ node: Scheduled<T>; succeeded: boolean }>>();

  const start = (node: Scheduled<T>): void => {
    waiting.delete(node.id);
    const result = run(node.task).catch((error: unknown) => {
      onThrow(node.task, error);
      return false;
    });
    running.set(
      node.id,
      result.then((succeeded) => ({ node, succeeded })),
    );
  };

  try {
    while (waiting.size > 0 || running.size > 0) {
      for (const node of [...waiting.values()]) {
        const known = node.dependencies.filter((id) => waiting.has(id) || running.has(id) || ends.has(id));
        const broken = known.find((id) => ends.has(id) && ends.get(id)?.kind !== 'succeeded');
        if (broken !== undefined) {
          waiting.delete(node.id);
          const cause = ends.get(broken);
          const end: Ended = { kind: 'skipped', because: cause?.kind === 'skipped' ? cause.because : broken };
          ends.set(node.id, end);
          yield { id: node.id, task: node.task, end };
        } else if (running.size < limit && known.every((id) => ends.has(id))) {
          start(node);
        }
      }
      if (running.size === 0) {
        if (waiting.size === 0) return;
        const stuck = [...waiting.values()].some((node) =>
          node.dependencies.some((id) => ends.has(id) && ends.get(id)?.kind !== 'succeeded'),
        );
        if (!stuck) throw new Error(`a cycle between ${[...waiting.keys()].join(', ')}`);
        continue;
      }
      const { node, succeeded } = await Promise.race(running.values());
      running.delete(node.id);
      const end: Ended = { kind: succeeded ? 'succeeded' : 'failed' };
      ends.set(node.id, end);
      yield { id: node.id, task: node.task, end };
    }
  } finally {
    await Promise.allSettled(running.values());
  }
}
