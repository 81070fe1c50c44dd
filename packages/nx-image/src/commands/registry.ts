import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { ensureLocalRegistry } from '../registry/local/ensure-local-registry';
import { localRegistryStatus } from '../registry/local/local-registry-status';
import { stopLocalRegistry } from '../registry/local/stop-local-registry';
import { HephyError } from '../errors/hephy-error';
import { registryText, type RegistryAnswer } from '../report/registry-text';
import { nxCacheDirectory } from '../run/nx-cache-directory';
import { LOCAL_PATH } from '../run/choose-registry';
import type { Command } from './command';
import { findWorkspace } from './find-workspace';

/** The registry of this workspace, which executors start by themselves. `status` exits 1 where it does not run. */
export const registryCommand: Command = async (argv, terminal) => {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: {} });
  const { root, nxJson } = findWorkspace(process.cwd());
  const directory = join(nxCacheDirectory(root, nxJson, process.env), 'registry');
  const [what] = positionals;
  const say = (answer: RegistryAnswer): void => {
    terminal.write(registryText(answer));
  };
  switch (what) {
    case 'start': {
      const { host, started } = await ensureLocalRegistry({ directory });
      say({ kind: started ? 'started' : 'runs already', repository: `${host}/${LOCAL_PATH}` });
      return 0;
    }
    case 'stop': {
      const stopped = await stopLocalRegistry(directory);
      say({ kind: stopped ? 'stopped' : 'was not running' });
      return 0;
    }
    case 'status': {
      const { running } = await localRegistryStatus(directory);
      if (running === undefined) {
        say({ kind: 'not running', directory });
        return 1;
      }
      say({ kind: 'runs', repository: `${running.host}/${LOCAL_PATH}`, pid: running.pid, directory });
      return 0;
    }
    default:
      throw new HephyError('OPTIONS_INVALID', `hephy registry ${what ?? ''} is no command`, {
        hint: 'It is start, stop or status.',
      });
  }
};
