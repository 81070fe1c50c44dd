import type { BuildPhase, Progress } from '../builder';
import { plainLine } from '../plain-line';

/** Of several stages: `[2/3] STEP 1/4: …`. */
const STEP = /^(?:\[\d+\/\d+\] )?STEP (\d+)\/(\d+): (.*)$/;
const PULL = /^Trying to pull (\S+?)\.\.\.$/;
const COMMIT = /^(?:\[\d+\/\d+\] )?COMMIT\b/;

export function readBuildahProgress(line: string): Progress | undefined {
  const text = plainLine(line);
  const [, step, steps, what] = STEP.exec(text) ?? [];
  if (what !== undefined) return { step: Number(step), steps: Number(steps), what };
  const pulled = PULL.exec(text)?.[1];
  if (pulled !== undefined) return { what: `pulling ${pulled}` };
  return COMMIT.test(text) ? { what: 'committing and pushing' } : undefined;
}

/** The push is an invocation of its own. */
export function readBuildahPhase(line: string): BuildPhase | undefined {
  const text = plainLine(line);
  if (PULL.test(text)) return 'pull';
  return STEP.test(text) || COMMIT.test(text) ? 'build' : undefined;
}
