import type { Builder } from '../builder';
import { KEEP_VAR_RUN, renderKaniko } from './argv';
import { featureFlags } from './feature-flags';
import { readKanikoOutcome } from './outcome';
import { readKanikoPhase, readKanikoProgress } from './progress';

/** https://github.com/osscontainertools/kaniko, 1.28. Why which flags: docs/decisions/0001-kaniko-flags.md. */
export const kaniko: Builder = {
  name: 'kaniko',
  needsOwnRoot: true,
  rootEnvironment: ({ store }) => ({ USER: 'root', KANIKO_DIR: `${store}/kaniko`, KANIKO_PRE_CLEANUP: 'true' }),
  // Its image has docker-credential-ecr-login and others beside the executor. In a root with the executor alone naming one fails every request.
  credentialHelpers: [],
  resultFlags: (step) => [
    ...featureFlags({ ...step, cached: false }),
    KEEP_VAR_RUN,
    ...(step.reproducible ? ['--reproducible'] : []),
  ],
  files: () => [],
  invocations: (step) => [renderKaniko(step)],
  readOutcome: readKanikoOutcome,
  readProgress: readKanikoProgress,
  readPhase: readKanikoPhase,
};
