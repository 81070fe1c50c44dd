import { join } from 'node:path';
import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import { formatPlatform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import { planPublicTags } from '../plan/plan-index';
import { lastTag } from '../plan/tags';
import { proxySecrets } from '../registry/client/proxy';
import { BuildLog } from './build-log';
import type { Published } from './published';
import { RESULTS_DIRECTORY } from './result-store';
import type { NxTarget, RunContext } from './run-context';
import { RUN_VARIABLE } from './run-seed';
import { startNx } from './run-nx';
import type { Stopwatch } from './step-results';
import type { Survey } from './survey-tags';

/** The image whose `verify` target runs: nothing below it may publish images. */
const VERIFYING_VARIABLE = 'HEPHY_VERIFYING';

/** What nx and node tell a task's process of itself: to an nx that runs inside of it, it would say that it is that task. */
const OF_THE_TASK =
  /^(?:NX_(?:TASK_.*|TERMINAL_.*|FORKED_TASK_EXECUTOR|INVOKED_BY_RUNNER|INVOCATION_ROOT_PID|STREAM_OUTPUT|PREFIX_OUTPUT|SKIP_NX_CACHE|SET_CLI|CLI_SET|BATCH_MODE|DAEMON_PROCESS|ORIGINAL_FORCE_COLOR|WORKSPACE_ROOT|WORKSPACE_ROOT_PATH)|NODE_CHANNEL_.*|LERNA_PACKAGE_NAME|HEPHY_PLAN)$/;

/**
 * Runs the `verify` target of the image's project, where there is one and a public tag is still to be put to the index. Answers whether it ran. It is never answered from nx's cache: that knows nothing
 * of the image.
 * @throws HephyError VERIFY_FAILED, BUILD_TIMED_OUT, BUILD_CANCELLED, TOOL_MISSING
 */
export async function verifyImage(
  context: RunContext,
  image: Image,
  index: Published,
  survey: Survey,
  watch: Stopwatch,
): Promise<boolean> {
  const target = context.catalog.verifyTarget(image);
  if (target === undefined || isSettled(context, image, index, survey)) return false;
  const stretch = watch.begin('wait');
  const work = async (): Promise<void> => {
    stretch.become('verify');
    await runTarget(context, image, index, target);
  };
  await context.builders.within(work, context.signal).finally(stretch.end);
  return true;
}

/** Whether an earlier run has come to the end of the image's tags: `last-{image}` is written after all that is fixed, and only to what was verified. */
function isSettled({ facts }: RunContext, image: Image, index: Published, { newest, tags, held }: Survey): boolean {
  if (newest === undefined || tags.get(lastTag(facts, image.name)) !== newest.digest) return false;
  if (newest.digest !== index.digest && newest.rollback?.from.digest !== index.digest) return false;
  const wanted = held?.digest ?? newest.rollback?.to.digest ?? index.digest;
  return planPublicTags(image, facts).every(({ tag, moving }) =>
    moving ? tags.get(tag) === wanted : tags.get(tag) !== undefined,
  );
}

async function runTarget(context: RunContext, image: Image, index: Published, target: NxTarget): Promise<void> {
  const { workspaceRoot, env, facts, credentials, runProcess, signal, onEvent } = context;
  const name = `${target.project}:${target.target}`;
  const reference = `${formatRepository(facts.repository)}@${index.digest}`;
  const path = `${RESULTS_DIRECTORY}/${image.name}/verify.log`;
  const log = new BuildLog(join(workspaceRoot, path), [...credentials.secrets(), ...proxySecrets(env)]);
  onEvent({ kind: 'verifying', image: image.name, target: name });
  try {
    const end = await startNx({
      ...{ workspaceRoot, runProcess, signal, timeout: image.config.timeout },
      arguments: ['run', name, '--output-style=stream-without-prefixes', '--skip-nx-cache'],
      env: {
        ...environmentOfUser(env),
        [VERIFYING_VARIABLE]: image.name,
        HEPHY_IMAGE: reference,
        HEPHY_IMAGE_NAME: image.name,
        HEPHY_PLATFORMS: image.config.platforms.map(formatPlatform).join(','),
        // The daemon has the plugin once for all that ask it, and this run is not over.
        NX_DAEMON: 'false',
        NX_TUI: 'false',
      },
      onLine: (line) => {
        onEvent({ kind: 'output', image: image.name, line: log.write(line) });
      },
    });
    if (end.kind === 'exited' && end.exitCode === 0) return;
    const details = { output: log.lines(), log: path };
    if (end.kind === 'timed out') {
      throw new HephyError('BUILD_TIMED_OUT', `${name} took longer than ${Math.round(end.after / 1000)} s`, {
        where: { file: image.configFile },
        hint: 'Raise `timeout`, which counts for it as for a build, or look in the log at what takes so long.',
        ...details,
      });
    }
    throw new HephyError('VERIFY_FAILED', `${name} failed, so no public tag is put to the index that it looked at`, {
      hint: `Look in the log at what it says of ${reference}. The next run looks again, and builds nothing that is there.`,
      ...details,
    });
  } finally {
    log.close();
  }
}

function environmentOfUser(env: RunContext['env']): RunContext['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== RUN_VARIABLE && !OF_THE_TASK.test(name)));
}

/** A `verify` target that depends on `manifest` would verify for ever. @throws HephyError VERIFY_NESTED */
export function refuseInsideVerify(env: RunContext['env']): void {
  const image = env[VERIFYING_VARIABLE];
  if (image === undefined) return;
  throw new HephyError('VERIFY_NESTED', `the verify target of ${image} runs targets of images`, {
    hint: 'Take them out of its `dependsOn` and its commands: the image is there already, HEPHY_IMAGE names it.',
  });
}
