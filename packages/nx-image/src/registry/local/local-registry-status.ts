import { readId, readState, type ServerState } from './identity';
import { logFileOf } from './launch-server';
import { ping } from './ping';

export interface LocalRegistryStatus {
  readonly directory: string;
  readonly log: string;
  /** undefined: it does not run. */
  readonly running: (ServerState & { readonly host: string }) | undefined;
}

export async function localRegistryStatus(directory: string): Promise<LocalRegistryStatus> {
  const log = logFileOf(directory);
  const [id, state] = await Promise.all([readId(directory), readState(directory)]);
  const runs = id !== undefined && state !== undefined && (await ping(state.port, id, undefined)) === 'ours';
  return { directory, log, running: runs ? { ...state, host: `localhost:${state.port}` } : undefined };
}
