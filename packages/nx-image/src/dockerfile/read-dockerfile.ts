import { nearest } from '../config/nearest';
import { HephyError, HephyErrors } from '../errors/hephy-error';
import { parseReference } from '../oci/reference';
import { openArgScope } from './arg-scope';
import type { Dockerfile, ReadOptions } from './dockerfile';
import { findCopied } from './find-copied';
import { findDifferences } from './differences/find-differences';
import { viewBuild } from './differences/view-build';
import { findMounted } from './find-mounted';
import { findRefusals, inOrder } from './find-refusals';
import type { Problem } from './read-from';
import { readStages, type StagePart } from './read-stages';
import { findUsedStages, resolveStages, type ResolvedStage } from './resolve-stages';
import { findRewrites } from './rewrites';
import { scanInstructions } from './scan-instructions';
import { indexPositions } from './text-position';

/** Throws DOCKERFILE_INVALID, one or several, and DOCKERFILE_TARGET_MISSING; stages that the target does not need may be wrong. */
export function readDockerfile(text: string, options: ReadOptions): Dockerfile {
  const { dockerfile, errors } = readWithErrors(text, options);
  const [first, ...more] = errors;
  if (first === undefined) return dockerfile;
  throw more.length === 0 ? first : new HephyErrors(errors);
}

/** As `readDockerfile`, but what is wrong with names of used stages comes as a list. */
export function readWithErrors(
  text: string,
  options: ReadOptions,
): { readonly dockerfile: Dockerfile; readonly errors: readonly HephyError[] } {
  const { path } = options;
  const scanned = scanInstructions(text, path);
  const { instructions, escape } = scanned;
  const scope = openArgScope(options, escape);
  const written = readStages(instructions, scope, escape, options);
  const positionOf = indexPositions(text);
  const stages = resolveStages(written, scope, options, positionOf);
  const target = findTarget(stages, options);
  const used = findUsedStages(stages, target);

  /** Stages whose ONBUILD is carried out here: some used stage is FROM them. */
  const triggered = new Set(
    stages.flatMap(({ index, from }) => (used.has(index) && from.kind === 'stage' ? [from.index] : [])),
  );
  const resolutionsOf = (stage: ResolvedStage) => [
    stage.from,
    ...stage.body,
    ...(triggered.has(stage.index) ? stage.triggers : []),
  ];
  const usedStages = stages.filter(({ index }) => used.has(index));
  const inUse = usedStages.flatMap(resolutionsOf);
  const others = stages.filter(({ index }) => !used.has(index)).flatMap(resolutionsOf);
  const bodies = usedStages.map(({ written }) => written.body);
  const triggers = usedStages.flatMap(({ index, written }) => (triggered.has(index) ? [written.triggers] : []));
  const parts = [...bodies, ...triggers];

  const view = viewBuild(scanned, usedStages, target, options);
  const differences = findDifferences(view);
  const built = view.stages.find(({ index }) => index === target);
  const errors = inUse.flatMap((one) => {
    if (one.kind !== 'image') return [];
    const problem = one.problem ?? findReferenceProblem(one.use.reference, one.use.written);
    if (problem === undefined) return [];
    const where = { file: path, line: one.use.line };
    return [new HephyError('DOCKERFILE_INVALID', problem.message, { where, hint: problem.hint })];
  });
  const dockerfile: Dockerfile = {
    path,
    text,
    stages: stages.map(({ index, written: { from, line, declaredArgs, body }, from: base }) => ({
      index,
      ...(from.name === undefined ? {} : { name: from.name.toLowerCase(), writtenName: from.name }),
      line,
      used: used.has(index),
      from: base.kind === 'stage' ? base.index : base.kind === 'scratch' ? 'scratch' : undefined,
      declaredArgs,
      ...firstRun(base.kind === 'stage' ? stages[base.index]?.written.triggers : undefined, body),
    })),
    target,
    uses: [...inUse, ...others].flatMap((one) => (one.kind === 'image' ? [one.use] : [])),
    aliases: inUse.flatMap((one) =>
      (one.kind === 'stage' || one.kind === 'scratch') && one.alias !== undefined ? [one.alias] : [],
    ),
    downloads: bodies.flatMap((body) => body.downloads.filter((one) => 'url' in one)),
    writesContext: parts.some(({ writesContext }) => writesContext),
    rewrites: findRewrites(
      bodies.flatMap((body) => body.instructions),
      options.builder,
    ),
    refusals: findRefusals({ builder: options.builder, usedStages, inUse, parts, triggers, differences, positionOf }),
    copied: options.builder === 'kaniko' ? findCopied(built) : [],
    mounted: options.builder === 'buildah' ? findMounted(built) : [],
    notes: inOrder(
      differences.flatMap(({ kind, offset, what, hint }) =>
        kind === 'note' ? [{ ...positionOf(offset), what, hint }] : [],
      ),
    ),
  };
  return { dockerfile, errors };
}

function firstRun(triggers: StagePart | undefined, body: StagePart): { readonly run?: number } {
  const run = triggers?.run ?? body.run;
  return run === undefined ? {} : { run };
}

function findReferenceProblem(reference: string | undefined, written: string): Problem | undefined {
  if (reference === undefined || parseReference(reference) !== undefined) return undefined;
  const shown = JSON.stringify(reference.slice(0, 200));
  return {
    message:
      reference === written
        ? `${shown} is no reference of an image`
        : `${written} expands to ${shown}, which is no reference of an image`,
    hint: 'Write it as registry/path:tag; paths are lower case.',
  };
}

function findTarget(stages: readonly ResolvedStage[], { target, path }: ReadOptions): number {
  if (target === undefined || target === '') return stages.length - 1;
  const found = stages.find(({ written }) => written.from.name?.toLowerCase() === target.toLowerCase());
  if (found !== undefined) return found.index;
  const names = stages.flatMap(({ written }) => written.from.name ?? []);
  const meant = nearest(target, names);
  const hint =
    meant !== undefined
      ? `Did you mean ${meant}?`
      : names.length === 0
        ? 'No stage has a name: write FROM … AS <name>, or leave target empty for the last stage.'
        : `Its stages are ${names.slice(0, 10).join(', ')}.`;
  throw new HephyError('DOCKERFILE_TARGET_MISSING', `no stage is named ${JSON.stringify(target.slice(0, 80))}`, {
    where: { file: path },
    hint,
  });
}
