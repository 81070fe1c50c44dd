import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { ensureLocalRegistry } from '../registry/local/ensure-local-registry';
import { localRegistryStatus } from '../registry/local/local-registry-status';
import { stopLocalRegistry } from '../registry/local/stop-local-registry';
import { HephyError } from '../errors/hephy-error';
import { nxCacheDirectory } from '../run/nx-cache-directory';
import { LOCAL_PATH } from '../run/choose-registry';
import { LOCAL_PORT } from '../run/open-run';
import type { Command } from './command';
import { findWorkspace } from './find-workspace';

/** The registry of this workspace, which executors start by themselves. `status` exits 1 where it does not run. */
export const registryCommand: Command = async (argv, terminal) => {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: {} });
  const { root, nxJson } = findWorkspace(process.cwd());
  const directory = join(nxCacheDirectory(root, nxJson, process.env), 'registry');
  const [what] = positionals;
  switch (what) {
    case 'start': {
      const { host, started } = await ensureLocalRegistry({
        directory,
        port: LOCAL_PORT,
        signal: new AbortController().signal,
      });
      terminal.write(`${host}/${LOCAL_PATH} ${started ? 'started' : 'runs already'}\n`);
      return 0;
    }
    case 'stop': {
      const stopped = await stopLocalRegistry({ directory });
      terminal.write(stopped ? 'stopped; its data stays\n' : 'it was not running\n');
      return 0;
    }
    case 'status': {
      const status = await localRegistryStatus({ directory });
      terminal.write(
        status === undefined
          ? `not running; data in ${directory}\n`
          : `${status.host}/${LOCAL_PATH} runs, process ${status.pid}, data in ${directory}\n`,
      );
      return status === undefined ? 1 : 0;
    }
    default:
      throw new HephyError('OPTIONS_INVALID', `hephy registry ${what ?? ''} is no command`, {
        hint: 'It is start, stop or status.',
      });
  }
};
