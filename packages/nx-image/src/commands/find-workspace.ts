import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as Devkit from '@nx/devkit';
import { HephyError } from '../errors/hephy-error';
import { PLUGIN_NAMES } from '../inference/plugin-options';

export interface Workspace {
  readonly root: string;
  readonly nxJson: {
    readonly cacheDirectory?: string;
    readonly extends?: string;
    readonly plugins?: readonly (string | { readonly plugin: string; readonly options?: object })[];
  };
}

/** The nx workspace that `from` is in. @throws HephyError OPTIONS_INVALID, also for an nx.json that is no JSON */
export function findWorkspace(from: string): Workspace {
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, 'nx.json');
    if (existsSync(path)) return { root: directory, nxJson: readNxJson(path) };
    if (dirname(directory) === directory) break;
  }
  throw new HephyError('OPTIONS_INVALID', `${from} is in no nx workspace: there is no nx.json here or above`, {
    hint: 'Go to the workspace, or make one: npx nx init.',
  });
}

/** The plugin as nx.json itself names it. undefined: it does not; what it extends may. */
export function findPlugin({ nxJson }: Workspace): { readonly options?: object } | undefined {
  const entries = (nxJson.plugins ?? []).map((one) => (typeof one === 'string' ? { plugin: one } : one));
  return entries.find(({ plugin }) => PLUGIN_NAMES.includes(plugin));
}

/** As nx reads it: with comments and trailing commas. */
function readNxJson(path: string): Workspace['nxJson'] {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text) as Workspace['nxJson'];
  } catch {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the package takes long to load, and most files are plain JSON
    const { parseJson } = require('@nx/devkit') as typeof Devkit;
    try {
      return parseJson(text, { allowTrailingComma: true });
    } catch (cause) {
      throw new HephyError('OPTIONS_INVALID', 'this is not JSON', {
        where: { file: path },
        hint: messageOf(cause),
        cause,
      });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
