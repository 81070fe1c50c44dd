import { findOnPath } from '../../nx-image/testing/external-tools';
import { describeEndings } from './testing/endings/describe-endings';
import { DOCKER } from './testing/endings/engine-runtimes';
import { KANIKO } from './testing/tools';

/** What the runtime has no part in, others have shown. */
const MOMENTS = ['pull', 'mid-build', 'push'];

(KANIKO === undefined || findOnPath('docker') === undefined ? describe.skip : describe)(
  'endings of Kaniko in docker',
  () => {
    describeEndings(DOCKER, ({ title }, moment) => MOMENTS.includes(moment) && !/without batches|disk/.test(title));
  },
);
