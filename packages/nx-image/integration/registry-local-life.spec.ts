import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ensureLocalRegistry, type LocalRegistry } from '../src/registry/local/ensure-local-registry';
import { ID_HEADER } from '../src/registry/local/identity';
import { localRegistryStatus } from '../src/registry/local/local-registry-status';
import { ping } from '../src/registry/local/ping';
import { stopLocalRegistry } from '../src/registry/local/stop-local-registry';
import { pushBlob, pushImage } from '../testing/fixture-images';
import { freePort } from '../testing/free-port';
import { startHttpServer } from '../testing/http-server';
import { livingProcesses } from '../testing/processes';

const run = promisify(execFile);
let directory: string;
let port: number;
const other = () => `${directory}-other`;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hephy-life-'));
  port = await freePort();
});
afterEach(async () => {
  for (const each of [directory, other()]) {
    const serving = () => livingProcesses(`"directory":"${each}"`).length;
    // Of several that were started at once all but one end when they find the port taken: later than that, one would have it, and make the directory again.
    await until(() => serving() <= 1);
    await stopLocalRegistry(each);
    await until(() => serving() === 0);
    await rm(each, { recursive: true, force: true });
  }
});

const ensure = (options: object = {}) => ensureLocalRegistry({ directory, port, ...options });
const pidOf = async () => (await localRegistryStatus(directory)).running!.pid;

/** In another process, as another nx run would. */
async function ensureElsewhere(): Promise<LocalRegistry> {
  const start =
    'require(process.argv[1]).register({ module: 1, target: 9, esModuleInterop: true }); require(process.argv[2]);';
  const { stdout } = await run(process.execPath, [
    ...['-e', start, require.resolve('@swc-node/register/register'), join(__dirname, '../testing/ensure-program.ts')],
    JSON.stringify({ directory, port }),
  ]);
  return JSON.parse(stdout) as LocalRegistry;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(20);
}

test('it is started once, found again, told about and stopped', async () => {
  expect(await localRegistryStatus(directory)).toMatchObject({ running: undefined });
  expect(await ensure()).toEqual({ host: `localhost:${port}`, started: true });
  expect(await ensure()).toEqual({ host: `localhost:${port}`, started: false });
  const { running, log } = await localRegistryStatus(directory);
  expect(running).toMatchObject({ host: `localhost:${port}`, port, idleMinutes: 15 });
  expect(await readFile(log, 'utf8')).toContain('serving');
  expect(await stopLocalRegistry(directory)).toBe(true);
  expect(await stopLocalRegistry(directory)).toBe(false);
  expect(await localRegistryStatus(directory)).toMatchObject({ running: undefined });
});

test('two processes and this one at once get one server', async () => {
  const registries = await Promise.all([ensureElsewhere(), ensureElsewhere(), ensure(), ensure()]);
  expect(new Set(registries.map(({ host }) => host))).toEqual(new Set([`localhost:${port}`]));
  const log = await readFile((await localRegistryStatus(directory)).log, 'utf8');
  expect(log.match(/serving/g)).toHaveLength(1);
});

test('it is ours when it answers on the address that it takes first, between the two', async () => {
  const server = createServer((_, response) => response.setHeader(ID_HEADER, 'the-id').end());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host: '::1', port }, resolve));
  try {
    expect(await ping(port, 'the-id', undefined)).toBe('ours');
    expect(await ping(port, 'another-id', undefined)).toBe('other');
  } finally {
    server.close();
  }
});

test('it outlives who started it, and is no child of theirs', async () => {
  const { host } = await ensureElsewhere();
  const pid = await pidOf();
  const parent = Number(/^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
  expect(parent).not.toBe(process.pid);
  const group = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[2];
  expect(Number(group)).toBe(pid);
  expect((await fetch(`http://${host}/v2/`)).status).toBe(200);
});

test('where the port is somebody else’s, it takes the next', async () => {
  const web = await startHttpServer((_, response) => response.end());
  const silent = createTcpServer((socket) => {
    // Who asks hangs up at the sight of it.
    socket.on('error', () => undefined).end('SSH-2.0-x\r\n');
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const six = createTcpServer().listen(0, '::1');
  await once(six, 'listening').catch(() => undefined);
  try {
    for (const server of [silent, six]) {
      const address = server.address();
      if (address === null || typeof address === 'string') continue;
      expect((await ensure({ port: address.port })).host).not.toBe(`localhost:${address.port}`);
      await stopLocalRegistry(directory);
    }
    expect((await ensure({ port: web.port })).host).not.toBe(`localhost:${web.port}`);
  } finally {
    silent.close();
    six.close();
    await web.stop();
  }
});

test('where a connection that goes out has the port, and nobody answers, it takes the next', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const going = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(going, 'connect');
  try {
    const taken = going.localPort;
    expect(await ping(taken!, 'the-id', undefined)).toBe('nobody');
    expect((await ensure({ port: taken })).host).not.toBe(`localhost:${taken}`);
  } finally {
    going.destroy();
    server.close();
  }
});

test('another workspace has another registry, and finds its own again', async () => {
  await ensure();
  const neighbour = await ensure({ directory: other() });
  expect(neighbour).toMatchObject({ started: true });
  expect(neighbour.host).not.toBe(`localhost:${port}`);
  expect(await ensure({ directory: other() })).toEqual({ ...neighbour, started: false });
  expect(await stopLocalRegistry(other())).toBe(true);
  expect(await ensure()).toMatchObject({ started: false });
});

test('after kill -9 the data are there, and the stale state misleads nobody', async () => {
  const { host } = await ensure();
  const pushed = await pushImage(host, 'a', '1', { platform: 'linux/amd64', files: { a: { content: 'a' } } });
  const pid = await pidOf();
  process.kill(pid, 'SIGKILL');
  await until(async () => (await localRegistryStatus(directory)).running === undefined);
  expect(JSON.parse(await readFile(join(directory, 'server.json'), 'utf8'))).toMatchObject({ pid });
  expect(await stopLocalRegistry(directory)).toBe(false);
  expect(await ensure()).toEqual({ host, started: true });
  const head = await fetch(`http://${host}/v2/a/manifests/1`, { method: 'HEAD' });
  expect(head.headers.get('docker-content-digest')).toBe(pushed.digest);
  expect((await fetch(`http://${host}/v2/a/blobs/${pushed.layers[0] ?? ''}`)).status).toBe(200);
});

test('a state of a process that is another by now is not believed', async () => {
  const web = await startHttpServer((_, response) => response.end());
  try {
    await ensure();
    await stopLocalRegistry(directory);
    const stale = { pid: process.pid, port: web.port, started: new Date(0).toISOString(), idleMinutes: 15 };
    await writeFile(join(directory, 'server.json'), JSON.stringify(stale));
    expect(await stopLocalRegistry(directory)).toBe(false);
    expect(await ensure()).toEqual({ host: `localhost:${port}`, started: true });
  } finally {
    await web.stop();
  }
});

test('it ends when idle, but not while who asked for it lives', async () => {
  const idleMinutes = 0.06;
  const idle = idleMinutes * 60_000;
  const controller = new AbortController();
  /** Whether it is there after more than its time; undefined: this machine stood still meanwhile, and nobody could keep it awake. */
  const isKept = async (): Promise<boolean | undefined> => {
    await ensure({ idleMinutes, signal: controller.signal });
    const pid = await pidOf();
    let longest = 0;
    for (let slept = 0; slept < idle * 1.5; slept += 100) {
      const begun = performance.now();
      await sleep(100);
      longest = Math.max(longest, performance.now() - begun);
    }
    const kept = (await localRegistryStatus(directory)).running?.pid === pid;
    return !kept && longest > idle / 4 ? undefined : kept;
  };
  let kept = await isKept();
  for (let tries = 1; tries < 5 && kept === undefined; tries += 1) kept = await isKept();
  expect(kept).toBe(true);
  controller.abort();
  const { log } = await localRegistryStatus(directory);
  await until(async () => (await readFile(log, 'utf8')).includes('ending: idle'));
  await until(async () => (await localRegistryStatus(directory)).running === undefined);
});

test('it ends when its directory is gone', async () => {
  const { host } = await ensure({ idleMinutes: 0.2 });
  await pushBlob(host, 'a', Buffer.from('a'));
  await rm(directory, { recursive: true });
  await until(() =>
    fetch(`http://${host}/v2/`).then(
      () => false,
      () => true,
    ),
  );
});

test('what keeps it from starting is told', async () => {
  await writeFile(join(directory, 'id'), '');
  await expect(ensure()).rejects.toMatchObject({ code: 'REGISTRY_LOCAL_FAILED' });
  await rm(join(directory, 'id'));
  await mkdir(join(directory, 'server.log'));
  await expect(ensure()).rejects.toMatchObject({
    code: 'REGISTRY_LOCAL_FAILED',
    message: expect.stringContaining('EISDIR') as string,
  });
});

test('an abort ends the waiting', async () => {
  await expect(ensure({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});
