import { readFile } from 'node:fs/promises';

const UNLIMITED = 2 ** 60;

/** Bytes that builds may take without the machine, or the container that we are in, running out of them; undefined: not known. */
export async function availableMemory(): Promise<number | undefined> {
  const machine = await readMeminfo();
  if (machine === undefined) return undefined;
  const limits = await Promise.all([
    readLimit('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current'),
    readLimit('/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory/memory.usage_in_bytes'),
  ]);
  return Math.min(machine, ...limits.filter((limit) => limit !== undefined));
}

async function readMeminfo(): Promise<number | undefined> {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec((await read('/proc/meminfo')) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

async function readLimit(limitFile: string, usageFile: string): Promise<number | undefined> {
  const [limit, usage] = (await Promise.all([read(limitFile), read(usageFile)])).map(Number);
  if (limit === undefined || usage === undefined || !Number.isFinite(limit) || limit > UNLIMITED) return undefined;
  return Number.isFinite(usage) ? Math.max(0, limit - usage) : undefined;
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
