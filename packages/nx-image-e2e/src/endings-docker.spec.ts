import { findOnPath } from '../../nx-image/testing/external-tools';
import { describeEndings } from './testing/endings/describe-endings';
import { DOCKER } from './testing/endings/engine-runtimes';
import { KANIKO } from './testing/tools';

(KANIKO === undefined || findOnPath('docker') === undefined ? describe.skip : describe)(
  'endings of Kaniko in docker',
  () => {
    describeEndings(DOCKER);
  },
);
