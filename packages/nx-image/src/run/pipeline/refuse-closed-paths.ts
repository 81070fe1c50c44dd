import type { Image } from '../../config/build-config';
import { readDockerfile } from '../../dockerfile/read-dockerfile';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { expandBuildArgs } from '../../plan/build-args';
import type { RunFacts } from '../../plan/run-facts';
import type { CompletePlan } from '../plan-build';

/**
 * A build job runs Kaniko in an image and with mounts that are not ours: what an image has there is missing from it, exit code 0.
 * @throws HephyError JOB_PATH_CLOSED
 */
export function refuseClosedPaths(
  facts: RunFacts,
  image: Image,
  { builder, platform, dockerfile: { text, path } }: Pick<CompletePlan, 'builder' | 'platform' | 'dockerfile'>,
  paths: readonly string[],
): void {
  const closed = paths.filter((one) => text.includes(one));
  if (builder !== 'kaniko' || closed.length === 0) return;
  const { target } = image.config;
  const args = expandBuildArgs(image.config, facts, image.configFile);
  const { refusals } = readDockerfile(text, {
    ...{ path, platform, builder, closed },
    ...(target === undefined ? {} : { target }),
    args: new Map(args.map(({ name, value }) => [name, value])),
  });
  if (refusals.length === 0) return;
  throw new HephyErrors(
    refusals.map(
      ({ line, column, what, hint }) =>
        new HephyError('JOB_PATH_CLOSED', what, { where: { file: path, line, column }, hint }),
    ),
  );
}
