import type { Check } from './check';
import { checkBuildah } from './check-buildah';
import { checkCi } from './check-ci';
import { checkClock } from './check-clock';
import { checkDisk } from './check-disk';
import { checkEmulation } from './check-emulation';
import { checkGit } from './check-git';
import { checkIgnore } from './check-ignore';
import { checkKaniko } from './check-kaniko';
import { checkLogin } from './check-login';
import { checkManifestTool } from './check-manifest-tool';
import { checkMemory } from './check-memory';
import { checkMirror } from './check-mirror';
import { checkPush } from './check-push';
import { checkRegistry } from './check-registry';
import { checkRuntime } from './check-runtime';
import { checkTags } from './check-tags';
import { checkWorkspace } from './check-workspace';

/** All of them, in the order in which a run meets what they look at. */
export const CHECKS: readonly Check[] = [
  ...[checkWorkspace, checkIgnore, checkGit, checkClock],
  ...[checkKaniko, checkRuntime, checkBuildah, checkManifestTool, checkEmulation],
  ...[checkRegistry, checkLogin, checkPush, checkTags, checkCi, checkMirror],
  ...[checkDisk, checkMemory],
];
