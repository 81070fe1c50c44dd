import type { ReadOptions } from '../dockerfile';
import type { ResolvedStage } from '../resolve-stages';
import type { ScannedDockerfile } from '../scan-instructions';
import { splitArg } from '../split-arg';
import { argumentText, type BuildView, type StageView } from './difference';

/** The used stages as a builder carries them out. */
export function viewBuild(
  { instructions, escape, syntax }: ScannedDockerfile,
  usedStages: readonly ResolvedStage[],
  target: number,
  { builder, args, closed = [] }: ReadOptions,
): BuildView {
  const needs = countNeeds(usedStages, target);
  const views = new Map<number, StageView>();
  for (const { index, from, written } of usedStages) {
    const base = from.kind === 'stage' ? usedStages.find((one) => one.index === from.index) : undefined;
    const parent = base && views.get(base.index);
    views.set(index, {
      index,
      parent,
      squashed: base !== undefined && needs.get(base.index) === 1,
      instructions: [...(base?.written.triggers.instructions ?? []), ...written.body.instructions],
    });
  }
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const globals = instructions.slice(0, Math.max(0, first)).filter(({ keyword }) => keyword === 'ARG');
  return {
    builder,
    stages: [...views.values()],
    instructions,
    escape,
    syntax,
    args,
    closed,
    globalDefaults: new Set(
      globals.flatMap((one) =>
        splitArg(argumentText(one), escape).flatMap(({ name, value }) => (value === undefined ? [] : name)),
      ),
    ),
  };
}

/** How often each stage is needed: by FROM, by COPY, and as what is built. */
function countNeeds(usedStages: readonly ResolvedStage[], target: number): ReadonlyMap<number, number> {
  const needs = new Map([[target, 1]]);
  for (const { from, body, triggers } of usedStages)
    for (const one of [from, ...body, ...triggers])
      if (one.kind === 'stage') needs.set(one.index, (needs.get(one.index) ?? 0) + 1);
  return needs;
}
