import type { Dockerfile, ImageUse } from './dockerfile';

/** What the stage that is built is FROM in the end, followed through stages; undefined: scratch. */
export function finalBase(dockerfile: Dockerfile): ImageUse | undefined {
  let stage = dockerfile.stages[dockerfile.target];
  while (typeof stage?.from === 'number') stage = dockerfile.stages[stage.from];
  if (stage === undefined || stage.from === 'scratch') return undefined;
  const { index } = stage;
  return dockerfile.uses.find((use) => use.stage === index && use.instruction === 'FROM');
}
