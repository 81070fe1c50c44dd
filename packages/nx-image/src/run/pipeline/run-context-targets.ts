import type { ResultError } from '../../report/result';
import type { RunContext } from '../run-context';
import { runNx } from '../run-nx';

/** A target of nx that writes into an image directory before it is read. */
export interface ContextTarget {
  readonly project: string;
  readonly target: string;
}

/** Runs them in one go; where that fails, one by one, to know whose failed. Answers by project why. @throws HephyError TOOL_MISSING, BUILD_CANCELLED */
export async function runContextTargets(
  { workspaceRoot, env, runProcess, signal }: Pick<RunContext, 'workspaceRoot' | 'env' | 'runProcess' | 'signal'>,
  targets: readonly ContextTarget[],
  onLine: (line: string) => void,
): Promise<ReadonlyMap<string, ResultError>> {
  const failures = new Map<string, ResultError>();
  const names = [...new Set(targets.map(({ target }) => target))];
  const run = (target: string, projects: readonly string[]) =>
    runNx({ workspaceRoot, env, runProcess, signal, targets: [target], projects, onLine });
  for (const name of names) {
    const projects = [...new Set(targets.flatMap(({ project, target }) => (target === name ? project : [])))];
    if (await run(name, projects)) continue;
    for (const project of projects) {
      if (projects.length === 1 || !(await run(name, [project]))) failures.set(project, failureOf(project, name));
    }
  }
  return failures;
}

function failureOf(project: string, target: string): ResultError {
  return {
    code: 'CONTEXT_TARGET_FAILED',
    message: `${project}:${target} failed, which writes files that the image is made of`,
    hint: `Run it and mend what it says: npx nx run ${project}:${target}. Its output stands above.`,
    output: [],
  };
}
