import type { PipelinePlan } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import type { RunContext } from '../run-context';

/** That a run goes by, beside the repository. */
const OWN = ['HEPHY_PUBLISH'];

/**
 * What the jobs of a child pipeline are told as the planner was: GitLab hands on neither a job's own variables nor those of whoever started the pipeline. What configs name under `env` goes into
 * build args, and so into keys.
 */
export function jobVariables(
  { facts, env }: Pick<RunContext, 'facts' | 'env'>,
  images: readonly Image[],
  plan: PipelinePlan,
): Readonly<Record<string, string>> {
  const lineage = new Set(plan.images.flatMap((image) => image.lineage));
  const named = images.filter(({ project }) => lineage.has(project)).flatMap(({ config }) => config.env);
  const values = [...new Set([...OWN, ...named])].sort().flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    HEPHY_REGISTRY: plan.repository,
    ...(facts.mirror === undefined ? {} : { HEPHY_DOCKER_HUB_MIRROR: facts.mirror }),
    ...Object.fromEntries(values),
  };
}
