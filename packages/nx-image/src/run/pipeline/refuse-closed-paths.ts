import type { Image } from '../../config/build-config';
import type { Refusal } from '../../dockerfile/dockerfile';
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
  closed: readonly string[],
): void {
  if (builder !== 'kaniko' || closed.length === 0) return;
  const { target } = image.config;
  const args = expandBuildArgs(image.config, facts, image.configFile);
  const options = {
    ...{ path, platform, builder },
    ...(target === undefined ? {} : { target }),
    args: new Map(args.map(({ name, value }) => [name, value])),
  };
  const read = (paths: readonly string[]): readonly Refusal[] =>
    readDockerfile(text, { ...options, closed: paths }).refusals;
  const found = read(closed);
  if (found.length === 0) return;
  // What else there is, planning has judged.
  const known = new Set(read([]).map(({ line, what }) => `${line} ${what}`));
  const refusals = found.filter(({ line, what }) => !known.has(`${line} ${what}`));
  if (refusals.length === 0) return;
  throw new HephyErrors(
    refusals.map(
      ({ line, column, what, hint }) =>
        new HephyError('JOB_PATH_CLOSED', what, { where: { file: path, line, column }, hint }),
    ),
  );
}
