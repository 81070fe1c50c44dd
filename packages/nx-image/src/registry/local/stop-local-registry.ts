import { setTimeout as sleep } from 'node:timers/promises';
import { HephyError } from '../../errors/hephy-error';
import { readState } from './identity';
import { isAlive } from './is-alive';
import { localRegistryStatus } from './local-registry-status';

const TIMEOUT = 10_000;
const PAUSE = 20;

/** Ends the local registry of a directory; its data stay. False where it did not run. */
export async function stopLocalRegistry(directory: string): Promise<boolean> {
  const { running, log } = await localRegistryStatus(directory);
  if (running === undefined) return false;
  // Its port has just answered with the directory's id, and it wrote its pid when it had bound that port.
  process.kill(running.pid, 'SIGTERM');
  for (let waited = 0; waited < TIMEOUT; waited += PAUSE) {
    // The last thing it does is to take its state away. A process that nobody reaps would look alive.
    if ((await readState(directory))?.pid !== running.pid || !isAlive(running.pid)) return true;
    await sleep(PAUSE);
  }
  throw new HephyError('REGISTRY_LOCAL_FAILED', `the local registry (process ${running.pid}) does not end`, { log });
}
