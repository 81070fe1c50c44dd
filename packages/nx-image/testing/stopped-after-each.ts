export interface Stoppable {
  stop(): Promise<void>;
}

/** For the tests of a file: what one of them starts is stopped after it, however that ends. */
export function stoppedAfterEach(): <T extends Stoppable>(starting: Promise<T>) => Promise<T> {
  const running: Stoppable[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
  });
  return async (starting) => {
    const started = await starting;
    running.push(started);
    return started;
  };
}
