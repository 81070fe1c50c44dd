import type { Builder } from '../builder';
import { renderBuildah, resultFlags } from './argv';
import { readBuildahOutcome } from './outcome';
import { readBuildahPhase, readBuildahProgress } from './progress';
import { registriesFile } from './registries-conf';

/** https://github.com/containers/buildah, 1.28 (Debian 12) and later: no daemon, no OCI runtime. */
export const buildah: Builder = {
  name: 'buildah',
  needsOwnRoot: false,
  rootEnvironment: () => ({}),
  credentialHelpers: [],
  resultFlags,
  files: (step, dockerfile) => [registriesFile(step, dockerfile)],
  invocations: renderBuildah,
  // Without root, files of an image's other users belong to users that only its user namespace maps.
  removal: (paths) => ({ name: 'buildah', arguments: ['unshare', 'rm', '-rf', '--', paths.store], env: {} }),
  readOutcome: readBuildahOutcome,
  readProgress: readBuildahProgress,
  readPhase: readBuildahPhase,
};
