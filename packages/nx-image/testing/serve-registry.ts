import { startFaultProxy, type FaultProxy } from './fault-proxy';
import { startRegistry, type TestRegistry } from './registry-server';

export interface ServedRegistry {
  /** `host:port` of the registry itself. */
  readonly host: () => string;
  /** Sees what it is asked. */
  readonly proxy: () => FaultProxy;
  /** Removes it after the tests. */
  readonly keep: <T extends { remove(): void }>(one: T) => T;
}

/** A registry behind a proxy, for all tests of a file. */
export function serveRegistry(): ServedRegistry {
  let server: TestRegistry | undefined;
  let proxy: FaultProxy | undefined;
  const kept: { remove(): void }[] = [];
  beforeAll(async () => {
    server = await startRegistry();
    proxy = await startFaultProxy(server.host);
  });
  afterAll(async () => {
    for (const one of kept) one.remove();
    await proxy?.stop();
    await server?.stop();
  });
  const running = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('the registry is there in tests only');
    return one;
  };
  return {
    host: () => running(server).host,
    proxy: () => running(proxy),
    keep: (one) => {
      kept.push(one);
      return one;
    },
  };
}
