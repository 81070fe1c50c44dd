import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonObject } from '../json-object';

/** The header by which the registry of a directory is told from all other servers. */
export const ID_HEADER = 'x-hephy-registry';

/** What a running server has written down. It may be stale: only an answer with the directory's id is proof. */
export interface ServerState {
  readonly pid: number;
  readonly port: number;
  /** ISO 8601. */
  readonly started: string;
  readonly idleMinutes: number;
}

/** Made once for a directory; two who make it at once agree. */
export async function ensureId(directory: string): Promise<string> {
  const known = await readId(directory);
  if (known !== undefined) return known;
  await mkdir(directory, { recursive: true });
  const partial = join(directory, `id.${randomUUID()}`);
  await writeFile(partial, randomUUID());
  try {
    await link(partial, join(directory, 'id'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(partial, { force: true });
  }
  const id = await readId(directory);
  if (id === undefined) throw new Error(`no id in ${directory}`);
  return id;
}

/** undefined: no registry has ever had its data here. */
export async function readId(directory: string): Promise<string | undefined> {
  const text = await readText(join(directory, 'id'));
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

export async function readState(directory: string): Promise<ServerState | undefined> {
  const text = await readText(join(directory, 'server.json'));
  const { pid, port, started, idleMinutes } = parseJsonObject(text ?? '');
  if (typeof pid !== 'number' || typeof port !== 'number') return undefined;
  if (typeof started !== 'string' || typeof idleMinutes !== 'number') return undefined;
  return { pid, port, started, idleMinutes };
}

export async function writeState(directory: string, state: ServerState): Promise<void> {
  const partial = join(directory, `server.${randomUUID()}`);
  await writeFile(partial, `${JSON.stringify(state)}\n`);
  await rename(partial, join(directory, 'server.json'));
}

/** Takes away the state of this process, not of one that came after it. */
export async function removeState(directory: string, pid: number): Promise<void> {
  if ((await readState(directory))?.pid === pid) await rm(join(directory, 'server.json'), { force: true });
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
