import { findOnPath } from '../../nx-image/testing/external-tools';
import { describeEndings } from './testing/endings/describe-endings';
import { PODMAN } from './testing/endings/engine-runtimes';
import { KANIKO } from './testing/tools';

(KANIKO === undefined || findOnPath('podman') === undefined ? describe.skip : describe)(
  'endings of Kaniko in podman',
  () => {
    describeEndings(PODMAN);
  },
);
