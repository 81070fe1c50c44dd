import { FINGERPRINT_SHELL } from '../context-fingerprint';
import { JOB_BEGIN } from './job-begin';
import { JOB_BUILDER } from './job-builder';
import { JOB_CONTEXT } from './job-context';
import { JOB_HELPER } from './job-helper';
import { JOB_LOG } from './job-log';
import { JOB_LOGIN } from './job-login';
import { JOB_OWN_ROOT } from './job-own-root';
import { JOB_VOLUMES } from './job-volumes';
import { QUOTE_SHELL } from './quote';

/** Before the lines of `buildScript`, once a shell. */
export const BUILD_FUNCTIONS = `${[QUOTE_SHELL, JOB_BEGIN, FINGERPRINT_SHELL, JOB_CONTEXT, JOB_LOGIN, JOB_VOLUMES, JOB_OWN_ROOT, JOB_LOG, JOB_BUILDER].join('\n')}\n`;

/** Before the lines of jobs on an image with hephy in it. */
export const HEPHY_FUNCTIONS = `${[QUOTE_SHELL, JOB_BEGIN, JOB_HELPER, JOB_LOGIN].join('\n')}\n`;
