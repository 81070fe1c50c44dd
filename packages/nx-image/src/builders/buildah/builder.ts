import type { Builder } from '../builder';
import { RESULT_FLAGS, renderBuildah, REPRODUCIBLE_FLAGS } from './argv';
import { readBuildahOutcome } from './outcome';
import { readBuildahProgress } from './progress';
import { registriesFile } from './registries-conf';

/** https://github.com/containers/buildah, 1.28 (Debian 12) and later: no daemon, no OCI runtime. */
export const buildah: Builder = {
  name: 'buildah',
  needsOwnRoot: false,
  credentialHelpers: [],
  resultFlags: (step) => [...RESULT_FLAGS, ...(step.reproducible ? REPRODUCIBLE_FLAGS : [])],
  files: (step, dockerfile) => [registriesFile(step, dockerfile)],
  invocations: renderBuildah,
  // Without root, files of an image's other users belong to users that only its user namespace maps.
  removal: (paths) => ({ name: 'buildah', arguments: ['unshare', 'rm', '-rf', '--', paths.store], env: {} }),
  readOutcome: readBuildahOutcome,
  readProgress: readBuildahProgress,
};
