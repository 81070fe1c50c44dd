import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HephyError } from '../errors/hephy-error';

export interface Workspace {
  readonly root: string;
  readonly nxJson: {
    readonly cacheDirectory?: string;
    readonly plugins?: readonly (string | { readonly plugin: string; readonly options?: object })[];
  };
}

/** The nx workspace that `from` is in. @throws HephyError OPTIONS_INVALID */
export function findWorkspace(from: string): Workspace {
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, 'nx.json');
    if (existsSync(path))
      return { root: directory, nxJson: JSON.parse(readFileSync(path, 'utf8')) as Workspace['nxJson'] };
    if (dirname(directory) === directory) break;
  }
  throw new HephyError('OPTIONS_INVALID', `${from} is in no nx workspace: there is no nx.json here or above`, {
    hint: 'Go to the workspace, or make one: npx nx init.',
  });
}
