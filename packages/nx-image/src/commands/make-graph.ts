import type { ProjectGraph } from '@nx/devkit';
import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import { innerErrors, isObject } from './inner-errors';

/** nx's graph of the workspace that this process is in. @throws HephyError GRAPH_FAILED, with what nx and its plugins say of each file */
export async function makeGraph(): Promise<ProjectGraph> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the commands that need the graph pay for it
  const { createProjectGraphAsync } = require('@nx/devkit') as typeof import('@nx/devkit');
  try {
    return await createProjectGraphAsync({ exitOnError: false });
  } catch (cause) {
    throw new HephyError('GRAPH_FAILED', 'nx makes no graph of this workspace', {
      hint: 'Mend what it says. All that nx has to say: `npx nx show projects --verbose`.',
      output: textsOf(cause).flatMap((text) => text.split('\n').map((line) => redact(line))),
      cause,
    });
  }
}

/** Of the errors that are within, those that hold no others. */
function textsOf(error: unknown): readonly string[] {
  const inner = innerErrors(error);
  if (inner.length > 0) return [...new Set(inner.flatMap(textsOf))];
  return [isObject(error) && typeof error.message === 'string' ? error.message : String(error)];
}
