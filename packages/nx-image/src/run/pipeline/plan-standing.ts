import type { Image } from '../../config/build-config';
import { HephyError } from '../../errors/hephy-error';
import { copyDownloads } from '../copy-downloads';
import type { RunContext } from '../run-context';
import type { LookerInput, Standing } from './looked-at';
import { refuseClosedPaths } from './refuse-closed-paths';

type Build = Extract<Standing, { kind: 'build' }>;

/**
 * A platform that a job is to build, refused where a job could not.
 * @throws HephyError PIPELINE_NOT_PUSHED, DOWNLOAD_…, HephyErrors JOB_PATH_CLOSED
 */
export async function planStanding(
  context: RunContext,
  image: Image,
  { plan, pending, anew }: Pick<Build, 'plan' | 'pending' | 'anew'>,
  { push, closedPaths, leavesDownloads }: Pick<LookerInput, 'push' | 'closedPaths' | 'leavesDownloads'>,
): Promise<Build> {
  const [first] = pending;
  if (first !== undefined && !push) {
    throw new HephyError(
      'PIPELINE_NOT_PUSHED',
      `${image.name} is FROM ${first.image}, which this pipeline builds too and does not push`,
      {
        where: { file: image.configFile },
        hint: 'Let merge requests push under tags of their own (`merge_requests: push`, the flag --merge-requests=push), or change the base in a merge request before this one.',
      },
    );
  }
  const [download] = plan.dockerfile.downloads;
  if (download !== undefined && !push) {
    throw new HephyError(
      'PIPELINE_NOT_PUSHED',
      `${image.name} downloads by ADD --checksum, and builders copy that from the repository, where this pipeline pushes nothing`,
      {
        where: { file: plan.dockerfile.path, line: download.line },
        hint: 'Let merge requests push under tags of their own (`merge_requests: push`, the flag --merge-requests=push); or download in a RUN that compares the sum.',
      },
    );
  }
  refuseClosedPaths(context.facts, image, plan, closedPaths);
  const dockerfile = leavesDownloads ? plan.pinnedDockerfile : await copyDownloads(context, plan);
  return { kind: 'build', plan, dockerfile, pending, anew };
}
