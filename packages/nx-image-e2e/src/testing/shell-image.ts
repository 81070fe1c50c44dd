import type { FixtureImage } from '../../../nx-image/testing/fixture-images';
import { hostProgramFiles } from '../../../nx-image/testing/host-shell';
import { HOST_PLATFORM } from './builders';

/** This machine's shell and `sleep`: what a RUN that lasts takes. */
export function shellImage(): FixtureImage {
  return { platform: HOST_PLATFORM, files: hostProgramFiles('/bin/sh', '/bin/sleep') };
}
