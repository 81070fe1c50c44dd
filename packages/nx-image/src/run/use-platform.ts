import type { ImageUse } from '../dockerfile/dockerfile';
import { HephyError } from '../errors/hephy-error';
import { parsePlatform, type Platform } from '../oci/platform';
import type { RunFacts } from '../plan/run-facts';
import { buildMachinePlatform } from './build-machine';

/**
 * The platform whose child an image use takes.
 * @param file the Dockerfile's path, for messages
 * @throws HephyError DOCKERFILE_INVALID
 */
export function platformOf(
  { machines = {} }: Pick<RunFacts, 'machines'>,
  use: ImageUse,
  target: Platform,
  file: string,
): Platform {
  if (use.platform.kind === 'target') return target;
  if (use.platform.kind === 'build') {
    const machine = Object.hasOwn(machines, target.architecture) ? machines[target.architecture] : undefined;
    return (machine === undefined ? undefined : parsePlatform(`linux/${machine}`)) ?? buildMachinePlatform();
  }
  const fixed = parsePlatform(use.platform.platform);
  if (fixed !== undefined) return fixed;
  throw new HephyError('DOCKERFILE_INVALID', `--platform=${use.platform.platform} is no platform`, {
    where: { file, line: use.line },
    hint: 'Use $BUILDPLATFORM, $TARGETPLATFORM, or a platform such as linux/amd64.',
  });
}
