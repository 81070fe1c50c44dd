import { archName, type Platform } from '../../oci/platform';
import type { PlannedImage } from '../pipeline-plan';

/** https://docs.gitlab.com/ci/jobs/#job-names */
const LONGEST = 255;

export function buildJobName(image: string, platform: Platform): string {
  return checked(`build ${image} ${archName(platform)}`);
}

export function publishJobName(group: number): string {
  return `publish ${group}`;
}

/** Of a job that has nothing to do but to come after that one. */
export function afterJobName(publishJob: string): string {
  return `after ${publishJob}`;
}

/** Names of images have no parentheses: it is nobody else's. */
export function manualPublishJobName(image: string): string {
  return checked(`publish ${image} (by hand)`);
}

/** @param images that share what is prepared */
export function prepareJobName(images: readonly PlannedImage[]): string {
  const [first, ...rest] = [...new Set(images.map(({ project }) => project))];
  return checked(`prepare ${first ?? ''}${rest.length === 0 ? '' : ` and ${rest.length} more`}`);
}

/** Names of images and projects go into tags and nx: nothing that GitLab or a shell replaces is in one. */
function checked(name: string): string {
  if (name.length > LONGEST) throw new Error(`GitLab takes no name of a job that is longer than ${LONGEST}: ${name}`);
  return name;
}
