import { monitorEventLoopDelay } from 'node:perf_hooks';
import { digestOf } from '../src/oci/digest';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import type { RawManifest, RegistryClient, RegistryClientOptions } from '../src/registry/registry';
import { startFaultProxy, type AskedFor } from '../testing/fault-proxy';
import { FAULT_CLASSES, FAULTS, type FaultCase, type FaultClass, type Stock } from '../testing/fault-table';
import { pushImage } from '../testing/fixture-images';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

/**
 * Every class of requests meets every fault once, three times, and always. What waits go by is a clock of the test's own; only silence is real.
 */
const TIMES = [1, 3, Number.POSITIVE_INFINITY] as const;
/** Until silence is taken for what it is: long for what else such a row asks of a registry on a busy machine, short for a test. */
const IDLE = 2500;
/** Where nothing is silent. */
const PATIENT = 60_000;
const AT_ONCE = 40;

interface Row {
  readonly name: string;
  readonly one: FaultClass;
  readonly fault: FaultCase;
  readonly times: number;
}

const NO_BODY: readonly AskedFor[] = [
  'manifest HEAD',
  'tag HEAD',
  'blob HEAD',
  'upload POST',
  'blob PUT',
  'manifest PUT',
  'tag PUT',
  'manifest DELETE',
];

function applies(one: FaultClass, fault: FaultCase): boolean {
  if (fault.inBody === true && NO_BODY.includes(one.askedFor)) return false;
  // Another byte of a list or a token is another list or token: nothing tells.
  if (fault.name === 'damaged' && (one.askedFor === 'tag list' || one.askedFor.startsWith('token'))) return false;
  return fault.done !== true || one.isDone !== undefined;
}

const ROWS = FAULT_CLASSES.flatMap((one) =>
  FAULTS.filter((fault) => applies(one, fault)).flatMap((fault) =>
    TIMES.map((times): Row => {
      const often = times === 1 ? 'once' : times === 3 ? 'three times' : 'always';
      return { name: `${one.name}: ${fault.name}, ${often}`, one, fault, times };
    }),
  ),
);

interface Outcome {
  readonly error: unknown;
  readonly asked: readonly AskedFor[];
  readonly waits: readonly number[];
  readonly notes: readonly string[];
  readonly done: boolean | undefined;
  readonly took: number;
  /** Of the registry's own answers. */
  readonly slowest: number;
}

const NOBODY = (credential: FaultClass['credential']): RegistryClientOptions['credentials'] => ({
  credentialOf: () => Promise.resolve(credential),
  helperOf: () => Promise.resolve(undefined),
  secrets: () => [],
});

let registry: TestRegistry;
let direct: RegistryClient;
let stock: Omit<Stock, 'fresh'>;
let deletions = 0;
const outcomes = new Map<Row, Outcome>();

beforeAll(async () => {
  registry = await startRegistry();
  direct = createRegistryClient({ credentials: NOBODY(undefined) });
  stock = await fill('team/images');
  const waiting = [...ROWS];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift())
        outcomes.set(row, await runSteadily(row));
    }),
  );
}, 300_000);
afterAll(() => registry.stop());

async function fill(path: string): Promise<Omit<Stock, 'fresh'>> {
  const repository = { registry: registry.host, path };
  const files = { a: { content: Buffer.alloc(300_000, 'hephy ') } };
  const pushed = await pushImage(registry.host, path, 'here', { platform: 'linux/amd64', files });
  const manifest = (await direct.getManifest({ ...repository, tag: 'here' }))!;
  return { repository, tag: 'here', manifest, blob: pushed.config, layer: pushed.layers[0]! };
}

const isSilent = ({ fault }: Row): boolean => fault.name.startsWith('silence') || fault.name === 'trickle';

/** Where the registry, or this process, stood still for long, all was silent: such a row says nothing, and is run again. */
async function runSteadily(row: Row): Promise<Outcome> {
  for (let tries = 1; ; tries += 1) {
    const delay = monitorEventLoopDelay();
    delay.enable();
    const outcome = await run(row, tries);
    delay.disable();
    const stillness = Math.max(outcome.slowest, delay.max / 1e6);
    if (!isSilent(row) || stillness < IDLE / 2 || tries === 5) return outcome;
  }
}

async function run({ name, one, fault, times }: Row, tries: number): Promise<Outcome> {
  const proxy = await startFaultProxy(registry.host, { token: one.askedFor.startsWith('token') });
  const waits: number[] = [];
  const notes: string[] = [];
  let now = 0;
  const client = createRegistryClient({
    credentials: NOBODY(one.credential),
    onNote: (note) => notes.push(note),
    timeouts: {
      idle: fault.name.startsWith('silence') ? IDLE : PATIENT,
      answer: fault.name === 'trickle' ? IDLE : PATIENT,
    },
    clock: {
      now: () => now,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        now += milliseconds;
        return Promise.resolve();
      },
    },
  });
  // docker-registry writes tags in place, and a DELETE reads all of the repository: one that is half written is a 500.
  const held = one.askedFor === 'manifest DELETE' ? await fill(`team/deleted-${++deletions}`) : stock;
  const fresh = freshManifest(`${name}, ${tries}`);
  await one.prepare?.(direct, { ...held, fresh });
  proxy.fail(one.askedFor, fault.fault, times);
  const began = performance.now();
  const repository = { ...held.repository, registry: proxy.host };
  const error = await one.ask(client, { ...held, repository, fresh }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const took = performance.now() - began;
  const done = await one.isDone?.(direct, { ...held, fresh });
  const slowest = proxy.slowest();
  await proxy.stop();
  return { error, asked: proxy.requests, waits, notes, done, took, slowest };
}

function freshManifest(name: string): RawManifest {
  const fields = JSON.parse(Buffer.from(stock.manifest.bytes).toString()) as object;
  const bytes = Buffer.from(JSON.stringify({ ...fields, annotations: { row: name } }));
  return { digest: digestOf(bytes), mediaType: stock.manifest.mediaType, bytes };
}

/** What must come of it: how often it is asked, and whether it fails. */
function expectation({ one, fault, times }: Row): { readonly tries: number; readonly fails: boolean } {
  // A PUT whose answer was lost is looked up, and not put again.
  if (fault.done === true && one.name.endsWith('PUT')) return { tries: 1, fails: false };
  if (fault.name === 'redirect loop') {
    const followed = /GET|HEAD|list/.test(one.name) && !one.askedFor.startsWith('token');
    return followed && times < 6 ? { tries: times + 1, fails: false } : { tries: followed ? 6 : 1, fails: true };
  }
  if (!fault.retried) return { tries: 1, fails: true };
  return times > 3 ? { tries: 4, fails: true } : { tries: times + 1, fails: false };
}

test.each(ROWS.map((row) => [row.name, row] as const))('%s', (_, row) => {
  const { one, fault } = row;
  const { error, asked, waits, notes, done, took, slowest } = outcomes.get(row)!;
  const { tries, fails } = expectation(row);
  if (fails) expect(error).toMatchObject({ name: 'HephyError', code: fault.code });
  else expect(error).toBeUndefined();
  const count = asked.filter((kind) => kind === one.askedFor).length;
  // Where it was asked more often or less, it is shown why.
  expect({ count, ...(count === tries ? {} : { asked, notes, took, slowest }) }).toEqual({ count: tries });
  if (done !== undefined) expect(done).toBe(!fails || fault.done === true);
  // What is waited for is said before, each time, and has an end.
  const said = notes.filter((note) => / retry \d of 3 in [\d.]+ s$/.test(note));
  expect(said).toHaveLength(waits.length);
  if (tries > 1 && fault.name !== 'redirect loop') expect(notes.length).toBeGreaterThanOrEqual(tries - 1);
  if (fault.wait !== undefined && tries > 1) {
    expect(waits[0]).toBeGreaterThanOrEqual(fault.wait[0]);
    expect(waits[0]).toBeLessThanOrEqual(fault.wait[1]);
  }
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(180_000);
  expect(took).toBeLessThan(4 * IDLE + PATIENT);
});

test('the table is as large as it should be', () => {
  expect(ROWS.length).toBeGreaterThan(900);
});
