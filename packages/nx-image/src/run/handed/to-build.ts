import type { HandedPlan } from '../../ci/handed-plan';
import type { Image } from '../../config/build-config';
import { formatPlatform, type Platform } from '../../oci/platform';

/** Whether a job of the pipeline is to build the platform. Of a plan that does not say it: yes. */
export function isToBuild({ given }: Pick<HandedPlan, 'given'>, { name, project }: Image, platform: Platform): boolean {
  return given === undefined || Object.hasOwn(given[project] ?? {}, `${name} ${formatPlatform(platform)}`);
}
