import type { Dockerfile, ImageUse, Stage } from './dockerfile';

/** A RUN and whose programs it starts: those of what its stage is FROM in the end. */
export interface StageRun {
  /** From 1; for a RUN in ONBUILD of a base the line of its FROM. */
  readonly line: number;
  readonly platform: ImageUse['platform'];
}

/**
 * The first RUN of each used stage that has one, in the order of the stages.
 * @param onBuildOf the ONBUILD instructions of a base image, as far as they are known
 */
export function findRuns(
  dockerfile: Dockerfile,
  onBuildOf: (use: ImageUse) => readonly string[] = () => [],
): readonly StageRun[] {
  return dockerfile.stages.flatMap((stage) => {
    if (!stage.used) return [];
    const own = dockerfile.uses.find((use) => isFromOf(use, stage));
    const inherited = own !== undefined && onBuildOf(own).some((instruction) => /^\s*RUN\b/i.test(instruction));
    const line = inherited ? own.line : stage.run;
    if (line === undefined) return [];
    return [{ line, platform: baseOf(dockerfile, stage)?.platform ?? { kind: 'target' } }];
  });
}

/** What a stage is FROM in the end, followed through stages; undefined: scratch. */
function baseOf(dockerfile: Dockerfile, stage: Stage): ImageUse | undefined {
  let base: Stage | undefined = stage;
  while (typeof base?.from === 'number') base = dockerfile.stages[base.from];
  return base && dockerfile.uses.find((use) => isFromOf(use, base));
}

function isFromOf(use: ImageUse, stage: Stage): boolean {
  return use.stage === stage.index && use.instruction === 'FROM';
}
