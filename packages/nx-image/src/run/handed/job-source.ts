import { join } from 'node:path';
import { builderOf } from '../../builders/builders';
import { hashGiven } from '../../ci/hash-given';
import type { Image } from '../../config/build-config';
import { HephyError } from '../../errors/hephy-error';
import type { Digest } from '../../oci/digest';
import { formatPlatform, type Platform } from '../../oci/platform';
import { scratchTag } from '../../plan/tags';
import { proxySecrets } from '../../registry/client/proxy';
import { copyDownloads } from '../copy-downloads';
import type { CompletePlan } from '../plan-build';
import { readTree } from '../describe-image';
import { isPushed } from '../not-published';
import { outcomeError } from '../outcome-error';
import type { PlatformSource, PlatformToMake } from '../platform-source';
import { logOf } from '../result-store';
import type { RunContext } from '../run-context';
import { readJob, type Job } from './read-job';

/** A platform that a job of the pipeline has built. */
export interface JobSource extends PlatformSource {
  /** What the job left, once it was asked for; undefined: nothing. */
  readonly job: () => Job | undefined;
}

/** @param built where all jobs left what they built, absolute */
export function jobSource(context: RunContext, built: string, image: Image, platform: Platform): JobSource {
  let job: Job | undefined;
  return {
    job: () => job,
    files: ({ context: { tree } }) => {
      const files = readTree(tree);
      return typeof files === 'object' ? files : undefined;
    },
    // A job has no other builder to fall back to.
    choose: (builder) =>
      Promise.resolve({
        builder,
        notes: [],
        make: async (wanted, watch) => {
          job = await watch.time('check', () =>
            readJob({
              ...{ run: context.facts.id, built, image: image.name, platform, builder: builderOf(builder) },
              logFile: join(context.workspaceRoot, logOf(image, platform)),
              secrets: [...context.credentials.secrets(), ...proxySecrets(context.env)],
            }),
          );
          const digest = requireBuilt(context, wanted, job);
          await requirePlanned(context, wanted, job);
          if (digest !== undefined) await watch.time('check', () => requirePushed(context, wanted, digest));
          return { digest, builder: { name: builder }, notes: [] };
        },
      }),
  };
}

/** The digest that the builder says it pushed. @throws HephyError JOB_MISSING, JOB_LOST, and of the builder's outcome */
function requireBuilt(context: RunContext, { image, plan }: PlatformToMake, job: Job | undefined) {
  const what = `${image.name} ${formatPlatform(plan.platform)}`;
  if (job === undefined) {
    throw new HephyError('JOB_MISSING', `no job of this pipeline has built ${what}`, {
      hint: 'Look at its build job: it was not run, failed before it began to build, or its artifacts are gone. Retry it, and then this job; or run a new pipeline.',
    });
  }
  const { exitCode, digestFile, problem, said, lines } = job;
  const log = logOf(image, plan.platform);
  if (exitCode === undefined) {
    const how = problem === undefined ? 'ended before its builder did' : `failed: ${problem}`;
    throw new HephyError('JOB_LOST', `the job that was to build ${what} ${how}`, {
      hint: 'It was cancelled, took longer than its own timeout, lost its runner, or failed before the build: its own log says which. Retry it, and then this job.',
      ...{ output: lines, log },
    });
  }
  const unfinished = { image, plan, said, lines, log };
  const { timeout } = image.config;
  if (job.timedOut && timeout !== undefined) throw outcomeError({ kind: 'timed out', after: timeout }, unfinished);
  if (exitCode === 0 && !isPushed(context)) return undefined;
  const doing = said.at(-1);
  const end = { exitCode, lines, digestFile, ...(doing === undefined ? {} : { doing }) };
  const outcome = builderOf(plan.builder).readOutcome(end);
  if (outcome.kind === 'failed') throw outcomeError(outcome, unfinished);
  return outcome.digest;
}

/** Its inputs are the plan's; what it was built by is to be, too. @throws HephyError JOB_DOCKERFILE_WRONG */
async function requirePlanned(
  context: RunContext,
  { image, plan }: PlatformToMake,
  job: Job | undefined,
): Promise<void> {
  requireGiven(context, image, plan);
  // What ADD downloads goes through the registry, and where nothing is pushed nothing is certified.
  if (!isPushed(context) && plan.dockerfile.downloads.length > 0) return;
  const planned = await copyDownloads(context, plan);
  const built = job?.dockerfile;
  if (built === planned) return;
  const what = `${image.name} ${formatPlatform(plan.platform)}`;
  const hint = 'Run a new pipeline: it builds what is missing, FROM what is in the registry by now.';
  const where = { file: plan.dockerfile.path };
  if (built === undefined) {
    const message = `the job that built ${what} has not left the Dockerfile that it built`;
    throw new HephyError('JOB_DOCKERFILE_WRONG', message, { where, hint });
  }
  const lines = planned.split('\n');
  const others = built.split('\n');
  const at = Math.max(
    0,
    lines.findIndex((line, index) => line !== others[index]),
  );
  throw new HephyError(
    'JOB_DOCKERFILE_WRONG',
    `${what} was built by another Dockerfile than is planned now: line ${at + 1} was ${shown(others[at])}, and is ${shown(lines[at])}`,
    { where: { ...where, line: at + 1 }, hint },
  );
}

/** What a job leaves, the programs of its build may have written: its builder's destination is what counts, and nobody else's. @throws HephyError IMAGE_DIGEST_WRONG */
async function requirePushed({ registry, facts }: RunContext, { image, plan }: PlatformToMake, digest: Digest) {
  const tag = scratchTag(facts, image.name, plan.platform);
  const pushed = await registry.headManifest({ ...facts.repository, tag });
  if (pushed === digest) return;
  const what = `${image.name} ${formatPlatform(plan.platform)}`;
  const said =
    pushed === undefined ? `there is no ${tag}, where it pushed to` : `${tag}, where it pushed to, is ${pushed}`;
  throw new HephyError('IMAGE_DIGEST_WRONG', `the job that built ${what} has left ${digest}, and ${said}`, {
    hint: 'Retry the build job, and then this one: the tag expired, or was written once more, or the job has left what is not its own.',
  });
}

/** Values of variables stand in no Dockerfile. @throws HephyError JOB_ARGS_WRONG */
function requireGiven({ handed }: RunContext, image: Image, { platform, step }: CompletePlan): void {
  const what = `${image.name} ${formatPlatform(platform)}`;
  const given = handed?.given?.[image.project]?.[what];
  if (given === undefined || given === hashGiven(step)) return;
  throw new HephyError('JOB_ARGS_WRONG', `${what} was built with other args or labels than this job would give it`, {
    where: { file: image.configFile },
    hint: 'A variable under `env` has another value here than when the pipeline was planned. Run a new pipeline; and name none there that differs from job to job, as CI_JOB_ID and CI_PIPELINE_ID do.',
  });
}

function shown(line: string | undefined): string {
  return line === undefined ? 'not there' : JSON.stringify(line.length > 300 ? `${line.slice(0, 300)}…` : line);
}
