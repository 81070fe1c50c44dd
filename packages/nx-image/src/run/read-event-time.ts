import { readFileSync } from 'node:fs';
import { eventTime, isRunAgain } from '../ci/event-time';
import { parseJson } from '../plan/parse-json';

/** For a run of GitHub's that is run again: what it is about is as old as its event. undefined: it is none, or nothing readable says it. */
export function readEventTime(env: Readonly<Record<string, string | undefined>>, latest: string): string | undefined {
  const path = env.GITHUB_EVENT_PATH;
  if (!isRunAgain(env) || path === undefined || path === '') return undefined;
  try {
    return eventTime(parseJson(readFileSync(path, 'utf8')), latest);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}
