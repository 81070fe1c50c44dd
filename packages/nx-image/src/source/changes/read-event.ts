import { readFile } from 'node:fs/promises';
import { HephyError } from '../../errors/hephy-error';
import { parseJson } from '../../plan/parse-json';

type Env = Readonly<Record<string, string | undefined>>;

/** What GitHub says of the event. undefined: there is no such file. */
export async function readEvent(env: Env): Promise<unknown> {
  const path = env.GITHUB_EVENT_PATH;
  if (env.GITHUB_ACTIONS !== 'true' || path === undefined || path === '') return undefined;
  try {
    return parseJson(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new HephyError('CHANGES_UNKNOWN', `GITHUB_EVENT_PATH names ${path}, which cannot be read`, {
      hint: 'In a container the directory of that file has to be mounted; or name a commit or branch: --base=main.',
      cause,
    });
  }
}

/** Of the repository, as GitHub's event has it; undefined where nothing says it. @throws HephyError CHANGES_UNKNOWN */
export async function readDefaultBranch(env: Env): Promise<string | undefined> {
  const event = await readEvent(env);
  const { repository } = (event ?? {}) as { readonly repository?: { readonly default_branch?: unknown } };
  const branch = repository?.default_branch;
  return typeof branch === 'string' && branch !== '' ? branch : undefined;
}
