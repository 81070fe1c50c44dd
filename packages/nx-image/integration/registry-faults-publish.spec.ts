import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../src/oci/digest';
import type { ImageIndex } from '../src/oci/manifest';
import { planIndex } from '../src/plan/plan-index';
import type { RunProcess } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { indexBytes } from '../src/registry/publish/index-bytes';
import { pushIndex } from '../src/run/push-index';
import type { RunContext } from '../src/run/run-context';
import type { RunEvent } from '../src/run/run-event';
import { findExternalTool } from '../testing/external-tools';
import { startFaultProxy, type AskedFor } from '../testing/fault-proxy';
import { pushImage } from '../testing/fixture-images';
import type { Fault } from '../testing/meet-fault';
import { startRegistry, type TestRegistry } from '../testing/registry-server';
import { installStandIns } from '../testing/stand-in/install';

/** manifest-tool gives up where hephy would wait: then hephy puts the same bytes itself. */
const real = findExternalTool('manifest-tool');
const directory = mkdtempSync(join(tmpdir(), 'hephy-publish-'));
const standIn = installStandIns(join(directory, 'stand-ins')).manifestTool;
const path = 'team/images';
const credentials = {
  credentialOf: () => Promise.resolve(undefined),
  helperOf: () => Promise.resolve(undefined),
  secrets: () => [],
};

let registry: TestRegistry;
let index: ImageIndex;
beforeAll(async () => {
  registry = await startRegistry();
});
beforeEach(async () => {
  const name = expect.getState().currentTestName ?? '';
  const image = { platform: 'linux/arm64', files: { a: { content: name } } };
  const { descriptor } = await pushImage(registry.host, path, undefined, image);
  index = planIndex([descriptor], { name });
});
afterAll(async () => {
  await registry.stop();
  rmSync(directory, { recursive: true });
});

/** Its time is up as soon as the event is there. */
const untilThen =
  (event: Promise<void>): RunProcess =>
  async (spec) => {
    if (spec.timeout === undefined) throw new Error(`${spec.file} may take for ever`);
    const stop = new AbortController();
    void event.then(() => {
      stop.abort();
    });
    const end = await runProcess({ ...spec, signal: stop.signal });
    return end.kind === 'cancelled' ? { kind: 'timed out', after: spec.timeout } : end;
  };

async function publish(tool: string | undefined, askedFor: AskedFor, fault: Fault, times?: number) {
  const proxy = await startFaultProxy(registry.host);
  const events: RunEvent[] = [];
  const repository = { registry: proxy.host, path };
  const context = {
    ...{
      env: process.env,
      facts: { repository, insecure: [] },
      options: { manifestTool: tool },
      credentials,
      runProcess: fault.kind === 'silence' ? untilThen(proxy.seen(askedFor)) : runProcess,
    },
    registry: createRegistryClient({ credentials, clock: { now: () => 0, sleep: () => Promise.resolve() } }),
    ...{ signal: new AbortController().signal, cacheDirectory: directory },
    onEvent: (event: RunEvent) => events.push(event),
  } as unknown as RunContext;
  proxy.fail(askedFor, fault, times);
  const end = await pushIndex(context, index).catch((error: unknown) => ({ error }));
  await proxy.stop();
  return { end, events, puts: proxy.requests.filter((kind) => kind === 'manifest PUT').length };
}

describe.each([
  ['the stand-in manifest-tool', standIn],
  ['manifest-tool 2.2', real],
])('%s', (title, tool) => {
  const run = tool === undefined ? test.skip : test;

  run.each<readonly [string, AskedFor, Fault, number]>([
    ['a reset', 'manifest PUT', { kind: 'reset' }, 1],
    ['an answer that is lost', 'manifest PUT', { kind: 'lost' }, 1],
    ['HTTP 503', 'manifest PUT', { kind: 'status', status: 503 }, 1],
    ['silence', 'manifest PUT', { kind: 'silence' }, 1],
    ['many HTTP 429', 'manifest PUT', { kind: 'status', status: 429 }, 3],
  ])(`${title}: hephy takes over after %s`, async (_, askedFor, fault, times) => {
    // The real one asks six times by itself.
    const { end, events } = await publish(tool, askedFor, fault, times > 1 && tool !== standIn ? 8 : times);
    // A tool that asks again by itself may have been enough.
    const digest = digestOf(indexBytes(index));
    expect(end).toMatchObject({ raw: { digest } });
    const { publisher } = end as { publisher: string };
    expect(events).toHaveLength(publisher === 'hephy' ? 1 : 0);
    if (fault.kind !== 'status') expect(publisher).toBe('hephy');
    if (publisher === 'hephy') {
      expect(events[0]).toMatchObject({ kind: 'note', text: expect.stringContaining('same bytes') as string });
    }
    const direct = createRegistryClient({ credentials });
    expect(await direct.headManifest({ registry: registry.host, path, digest })).toBe(digest);
  });

  run(`${title}: a registry in trouble for good is an error, after a bounded number of tries`, async () => {
    const { end, puts } = await publish(tool, 'manifest PUT', { kind: 'status', status: 503 });
    expect(end).toMatchObject({ error: { code: 'REGISTRY_ERROR' } });
    expect(puts).toBeLessThanOrEqual(10);
  });

  run(`${title}: what is refused is refused, and not tried in another way`, async () => {
    const { end, events, puts } = await publish(tool, 'manifest PUT', { kind: 'status', status: 403 });
    expect(end).toMatchObject({ error: { name: 'HephyError' } });
    expect(events).toEqual([]);
    expect(puts).toBe(1);
  });
});
