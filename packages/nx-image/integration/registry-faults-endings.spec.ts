import { digestOf } from '../src/oci/digest';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { SYSTEM_CLOCK } from '../src/registry/client/patience';
import type { RawManifest, RegistryClient, RegistryClientOptions } from '../src/registry/registry';
import { startFaultProxy, type FaultProxy } from '../testing/fault-proxy';
import { FAULT_CLASSES, type FaultClass, type Stock } from '../testing/fault-table';
import { pushImage } from '../testing/fixture-images';
import { startHttpServer } from '../testing/http-server';
import type { Fault } from '../testing/meet-fault';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

const NOBODY = (credential: FaultClass['credential']): RegistryClientOptions['credentials'] => ({
  credentialOf: () => Promise.resolve(credential),
  helperOf: () => Promise.resolve(undefined),
  secrets: () => [],
});

let registry: TestRegistry;
let direct: RegistryClient;
let stock: Omit<Stock, 'fresh'>;
beforeAll(async () => {
  registry = await startRegistry();
  direct = createRegistryClient({ credentials: NOBODY(undefined) });
  const repository = { registry: registry.host, path: 'team/images' };
  const files = { a: { content: Buffer.alloc(3_000_000, 'hephy ') }, b: { content: randomText() } };
  const pushed = await pushImage(registry.host, repository.path, 'here', { platform: 'linux/amd64', files });
  const manifest = (await direct.getManifest({ ...repository, tag: 'here' }))!;
  stock = { repository, tag: 'here', manifest, blob: pushed.config, layer: pushed.layers[0]! };
});
afterAll(() => registry.stop());

/** Does not compress, so that a layer is many chunks. */
function randomText(): string {
  let text = '';
  for (let part = 0; text.length < 600_000; part++) text += digestOf(String(part));
  return text;
}

const proxies: FaultProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

async function open(one: FaultClass | undefined, options: Partial<RegistryClientOptions> = {}) {
  const proxy = await startFaultProxy(registry.host, { token: one?.askedFor.startsWith('token') === true });
  proxies.push(proxy);
  const client = createRegistryClient({ credentials: NOBODY(one?.credential), ...options });
  const repository = { ...stock.repository, registry: proxy.host };
  return { proxy, client, stock: { ...stock, repository, fresh: freshManifest() } };
}

let count = 0;
function freshManifest(): RawManifest {
  const fields = JSON.parse(Buffer.from(stock.manifest.bytes).toString()) as object;
  const bytes = Buffer.from(JSON.stringify({ ...fields, annotations: { row: `ending ${++count}` } }));
  return { digest: digestOf(bytes), mediaType: stock.manifest.mediaType, bytes };
}

const busy: Fault = { kind: 'status', status: 429, headers: () => ({ 'retry-after': '50' }) };
const MOMENTS: readonly { readonly name: string; readonly fault: Fault }[] = [
  { name: 'silence', fault: { kind: 'silence' } },
  { name: 'a wait between two tries', fault: busy },
  { name: 'an answer that goes on and on', fault: { kind: 'trickle' } },
];
const ENDINGS = FAULT_CLASSES.flatMap((one) => MOMENTS.map((moment) => [one.name, moment.name, one, moment] as const));

test.each(ENDINGS)('an abort ends %s at once, in %s', async (_, __, one, { fault }) => {
  const controller = new AbortController();
  let sleeping: () => void;
  const slept = new Promise<void>((resolve) => (sleeping = resolve));
  const clock = {
    ...SYSTEM_CLOCK,
    sleep: (milliseconds: number, signal: AbortSignal | undefined) => {
      sleeping();
      return SYSTEM_CLOCK.sleep(milliseconds, signal);
    },
  };
  const opened = await open(one, { signal: controller.signal, clock });
  await one.prepare?.(direct, { ...opened.stock, repository: stock.repository });
  opened.proxy.fail(one.askedFor, fault);
  const seen = opened.proxy.seen(one.askedFor);
  const ended = one.ask(opened.client, opened.stock).then(
    () => 'done',
    (error: unknown) => error,
  );
  await seen;
  if (fault === busy) await slept;
  const asked = opened.proxy.requests.length;
  const began = performance.now();
  controller.abort();
  expect(await ended).toMatchObject({ name: 'AbortError' });
  // Without the abort it would be half a minute and more.
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(opened.proxy.requests).toHaveLength(asked);
});

describe('a PUT whose answer is lost', () => {
  const lost: Fault = { kind: 'lost' };
  const noSleep = { now: () => 0, sleep: () => Promise.resolve() };
  const put = FAULT_CLASSES.find(({ name }) => name === 'tag PUT')!;

  test('is not called done where nobody can be asked, and says that it may have arrived', async () => {
    const opened = await open(put, { clock: noSleep });
    opened.proxy.fail('tag PUT', lost);
    opened.proxy.fail('tag HEAD', { kind: 'reset' });
    await expect(put.ask(opened.client, opened.stock)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      hint: expect.stringContaining('may have arrived') as string,
    });
    // Once after each try: looking is not itself tried again and again.
    expect(opened.proxy.requests.join()).toBe('tag PUT,tag HEAD,tag PUT,tag HEAD,tag PUT,tag HEAD,tag PUT,tag HEAD');
  });

  test('is put again where somebody else has moved the tag meanwhile', async () => {
    const opened = await open(put, { clock: noSleep });
    opened.proxy.fail('tag PUT', { kind: 'reset' }, 1);
    const tag = `t-${opened.stock.fresh.digest.slice(7, 27)}`;
    await direct.putManifest({ ...stock.repository, tag }, stock.manifest.mediaType, stock.manifest.bytes);
    await put.ask(opened.client, opened.stock);
    expect(opened.proxy.requests.join()).toBe('tag PUT,tag HEAD,tag PUT');
    expect(await direct.headManifest({ ...stock.repository, tag })).toBe(opened.stock.fresh.digest);
  });

  test('and whose repetition an immutable tag refuses, is done', async () => {
    const { fresh } = { fresh: freshManifest() };
    let puts = 0;
    const server = await startHttpServer((request, response) => {
      request.resume().on('end', () => {
        if (request.method === 'HEAD' && puts < 2) response.writeHead(503).end();
        else if (request.method === 'HEAD') response.setHeader('docker-content-digest', fresh.digest).end();
        else if (++puts === 1) request.socket.resetAndDestroy();
        else response.writeHead(400).end('{"errors":[{"code":"TAG_INVALID","message":"immutable"}]}');
      });
    });
    const client = createRegistryClient({ credentials: NOBODY(undefined), clock: noSleep });
    const reference = { registry: server.host, path: 'a', tag: 'x' };
    await expect(client.putManifest(reference, fresh.mediaType, fresh.bytes)).resolves.toBe(fresh.digest);
    expect(puts).toBe(2);
    await server.stop();
  });
});

test('a layer is resumed where it broke off, and begun anew where the registry cannot', async () => {
  for (const ranges of [true, false]) {
    const bytes = Buffer.from(randomText());
    const server = await startHttpServer((request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const part = bytes.subarray(ranges ? start : 0);
      const headers =
        ranges && start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
      response.writeHead(ranges && start > 0 ? 206 : 200, { ...headers, 'content-length': part.length });
      const breaks = server.requests.length <= 2;
      response.write(breaks ? part.subarray(0, 200_000) : part, () => {
        if (breaks) request.socket.end();
        else response.end();
      });
    });
    const notes: string[] = [];
    const client = createRegistryClient({ credentials: NOBODY(undefined), onNote: (note) => notes.push(note) });
    const chunks: Uint8Array[] = [];
    const stream = await client.streamBlob({ registry: server.host, path: 'a' }, digestOf(bytes));
    for await (const chunk of stream!) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/lost after 200000 bytes.*resuming, 1 of 3/);
    await server.stop();
  }
});

test('a registry that takes its time is not silent for long', async () => {
  const notes: string[] = [];
  let heard: () => void;
  const first = new Promise<void>((resolve) => (heard = resolve));
  const server = await startHttpServer((_, response) => {
    void first.then(() => response.setHeader('docker-content-digest', stock.blob).end());
  });
  const client = createRegistryClient({
    credentials: NOBODY(undefined),
    timeouts: { note: 30 },
    onNote: (note) => {
      notes.push(note);
      heard();
    },
  });
  await client.headManifest({ registry: server.host, path: 'a', tag: 'x' });
  const asked = `HEAD http://${server.host}/v2/a/manifests/x`;
  expect(notes[0]?.replace(/\d+ s/, 'N s')).toBe(`${asked}: no answer for N s, still waiting`);
  await server.stop();
});

test('all tries together have an end', async () => {
  let now = 0;
  const waits: number[] = [];
  const clock = {
    now: () => now,
    sleep: (milliseconds: number) => {
      waits.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
  const opened = await open(undefined, { clock });
  opened.proxy.fail('tag HEAD', { kind: 'status', status: 503, headers: () => ({ 'retry-after': '59' }) });
  const asked = opened.client.headManifest({ ...opened.stock.repository, tag: 'here' });
  await expect(asked).rejects.toMatchObject({
    code: 'REGISTRY_ERROR',
    message: expect.stringContaining('HTTP 503') as string,
    hint: expect.stringContaining('left alone for 59 s') as string,
  });
  expect(waits).toEqual([59_000, 59_000, 59_000]);
  waits.length = 0;
  const short = await open(undefined, { clock, timeouts: { total: 100_000 } });
  short.proxy.fail('tag HEAD', { kind: 'status', status: 503, headers: () => ({ 'retry-after': '59' }) });
  await expect(short.client.headManifest({ ...short.stock.repository, tag: 'here' })).rejects.toMatchObject({
    code: 'REGISTRY_ERROR',
  });
  expect(waits).toEqual([59_000]);
});

test('a name that does not resolve', async () => {
  const client = createRegistryClient({
    credentials: NOBODY(undefined),
    clock: { now: () => 0, sleep: () => Promise.resolve() },
  });
  // https://www.rfc-editor.org/rfc/rfc6761#section-6.4
  await expect(client.headManifest({ registry: 'nobody.invalid', path: 'a', tag: 'x' })).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    hint: expect.stringMatching(/does not resolve here.*HTTPS_PROXY/) as string,
  });
});
