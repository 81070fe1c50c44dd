import type { Alias, ImageUse, ReadOptions } from './dockerfile';
import type { ArgScope } from './arg-scope';
import { lastIndexAtMost } from './instruction';
import { choosePlatform, nameBase, type Problem } from './read-from';
import type { ScopedMention, WrittenStage } from './read-stages';
import type { Position } from './text-position';

/** What FROM, COPY --from or RUN --mount=from comes to. */
export type Resolution =
  | { readonly kind: 'stage'; readonly index: number; readonly alias: Alias | undefined }
  | { readonly kind: 'scratch'; readonly alias: Alias | undefined }
  | { readonly kind: 'image'; readonly use: ImageUse; readonly problem: Problem | undefined }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly offset: number };

export interface ResolvedStage {
  readonly written: WrittenStage;
  readonly index: number;
  readonly from: Resolution;
  readonly body: readonly Resolution[];
  readonly triggers: readonly Resolution[];
}

export function resolveStages(
  stages: readonly WrittenStage[],
  scope: ArgScope,
  options: ReadOptions,
  positionOf: (offset: number) => Position,
): readonly ResolvedStage[] {
  const byName = new Map<string, number[]>();
  for (const [index, { from }] of stages.entries()) {
    if (from.name === undefined) continue;
    const name = from.name.toLowerCase();
    const indexes = byName.get(name);
    if (indexes === undefined) byName.set(name, [index]);
    else indexes.push(index);
  }
  /** The last stage of the name before `end`: a later one hides an earlier one. */
  const findStage = (name: string, end = stages.length): number | undefined => {
    const indexes = byName.get(name.toLowerCase()) ?? [];
    return indexes[lastIndexAtMost(indexes, end - 1, (index) => index)];
  };

  const spell = (index: number, written: string, range: Alias['range']): Alias | undefined => {
    const name = stages[index]?.from.name;
    return name === undefined || name === written ? undefined : { range, name };
  };

  function resolveFrom(stage: WrittenStage, index: number): Resolution {
    const { written, range, platformFlag } = stage.from;
    const base = nameBase(written, scope, options);
    const earlier = base.text === undefined ? undefined : findStage(base.text, index);
    if (earlier !== undefined) return { kind: 'stage', index: earlier, alias: spell(earlier, written, range) };
    if (base.text === 'scratch')
      return { kind: 'scratch', alias: written === 'scratch' ? undefined : { range, name: 'scratch' } };
    const chosen = platformFlag === undefined ? undefined : choosePlatform(platformFlag.value, scope, options);
    const platformProblem = chosen !== undefined && 'message' in chosen ? chosen : undefined;
    const use: ImageUse = {
      instruction: 'FROM',
      written,
      range,
      line: positionOf(range.start).line,
      stage: index,
      reference: base.text,
      ...(base.own === undefined ? {} : { own: base.own }),
      platform: chosen === undefined || 'message' in chosen ? { kind: 'target' } : chosen,
      ...(platformFlag === undefined ? {} : { platformFlag: platformFlag.range }),
    };
    return { kind: 'image', use, problem: platformProblem ?? base.problem };
  }

  function resolveMention(mention: ScopedMention, index: number): Resolution {
    const { instruction, written, range, plain } = mention;
    const refused = (message: string, hint: string): Resolution => ({
      kind: 'refused',
      problem: { message, hint },
      offset: range.start,
    });
    const what = instruction === 'COPY' ? `COPY --from=${written}` : `RUN --mount=from=${written}`;
    if (!plain) return refused(`${what} is written with quotes or escapes inside`, 'Write the name plainly.');
    const base = mention.named ?? { text: written, own: undefined };
    if (mention.named !== undefined && base.own === undefined)
      return refused(
        `${what} holds a variable, which builders do not expand there`,
        `Name a stage: FROM ${written} AS source, and --from=source.`,
      );
    const name = base.text ?? written;
    const number = /^\d+$/.test(name) ? Number(name) : undefined;
    if (number !== undefined && number >= stages.length)
      return refused(`${what} names a stage that is not there`, `There are stages 0 to ${stages.length - 1}.`);
    const found = number ?? findStage(name, index) ?? findStage(name);
    if (found === undefined) {
      const line = positionOf(range.start).line;
      const own = base.own === undefined ? {} : { own: base.own };
      const platform = { kind: 'target' } as const;
      const use = { instruction, written, range, line, stage: index, reference: base.text, ...own, platform };
      return { kind: 'image', use, problem: undefined };
    }
    if (found >= index)
      return refused(
        `${what} names ${found === index ? 'its own stage' : 'a later stage'}, which is not built by then`,
        found === index ? 'Copy without --from.' : 'Move that stage up.',
      );
    return { kind: 'stage', index: found, alias: number === undefined ? spell(found, written, range) : undefined };
  }

  return stages.map((written, index) => ({
    written,
    index,
    from: resolveFrom(written, index),
    body: written.body.mentions.map((mention) => resolveMention(mention, index)),
    triggers: written.triggers.mentions.map((mention) => resolveMention(mention, index)),
  }));
}

/** Which stages the target needs: those it is FROM, those it copies from and mounts, and what their ONBUILD needs. */
export function findUsedStages(stages: readonly ResolvedStage[], target: number): ReadonlySet<number> {
  const used = new Set([target]);
  for (const index of used) {
    const stage = stages[index];
    if (stage === undefined) continue;
    const parent = stage.from.kind === 'stage' ? stages[stage.from.index] : undefined;
    for (const need of [stage.from, ...stage.body, ...(parent?.triggers ?? [])])
      if (need.kind === 'stage') used.add(need.index);
  }
  return used;
}
