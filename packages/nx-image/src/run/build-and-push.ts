import { join } from 'node:path';
import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { Digest } from '../oci/digest';
import { formatPlatform } from '../oci/platform';
import { proxySecrets } from '../registry/client/proxy';
import { builderDockerConfig } from '../registry/credentials/builder-config';
import type { ChosenBuilder } from '../tools/choose-builder';
import { sweepStore } from '../source/sweep-store';
import { openSource } from './open-source';
import { contextStore, upstreamStore } from './opened-source';
import { outcomeError } from './outcome-error';
import type { CompletePlan } from './plan-build';
import { requirePrepared } from './require-results';
import { logOf } from './result-store';
import { runBuilder } from './run-builder';
import { refuseLedOut } from './refuse-led-out';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';

/** Commits are what takes longest to get again. */
const UPSTREAM_KEPT_MS = 14 * 24 * 60 * 60 * 1000;

/**
 * Materialises the context, runs the builder when there is a place for it, and answers the digest that it says it pushed; undefined: it was
 * to push nothing.
 * @throws HephyError of the builder's outcome, with the last lines of its output and the path of its log
 */
export async function buildAndPush(
  context: RunContext,
  image: Image,
  plan: CompletePlan,
  choice: ChosenBuilder,
  watch: Stopwatch,
): Promise<Digest | undefined> {
  const { credentials, facts, signal } = context;
  const platform = formatPlatform(plan.platform);
  const directory = await watch.time('context', () => materialise(context, image, plan));
  const mirror = facts.mirror === undefined ? [] : [facts.mirror.split('/', 1)[0] ?? facts.mirror];
  const registries = [facts.repository.registry, ...plan.registries, ...mirror];
  const dockerConfig = await builderDockerConfig(credentials, registries, choice.builder.credentialHelpers);
  const log = logOf(image, plan.platform);
  const stretch = watch.begin('wait');
  const said: string[] = [];
  const run = await context.builders
    .within(async () => {
      stretch.become('build');
      context.onEvent({ kind: 'building', image: image.name, platform, builder: choice.builder.name });
      return runBuilder({
        ...choice,
        step: plan.step,
        context: directory,
        writesContext: plan.dockerfile.writesContext,
        dockerfile: plan.pinnedDockerfile,
        dockerConfig,
        env: context.env,
        timeout: image.config.timeout,
        signal,
        logFile: join(context.workspaceRoot, log),
        secrets: [...credentials.secrets(), ...proxySecrets(context.env)],
        workDirectory: join(context.cacheDirectory, 'work'),
        runProcess: context.runProcess,
        onProgress: (progress) => {
          said.push(progress.what);
          context.onEvent({ kind: 'progress', image: image.name, platform, progress });
        },
        onPhase: stretch.become,
      });
    }, signal)
    .finally(stretch.end);
  const { outcome, lines } = run;
  if (outcome.kind === 'pushed') return outcome.digest;
  if (outcome.kind === 'built') return undefined;
  throw outcomeError(outcome, { image, plan, said, lines, log });
}

/** What is copied is what `prepare` hashed. @throws HephyError CONTEXT_CHANGED, and of links: see `refuseLedOut` */
async function materialise(context: RunContext, image: Image, plan: CompletePlan): Promise<string> {
  const prepared = requirePrepared(context, image);
  const source = await openSource(context, image, prepared.upstream?.commit);
  const listing = await source.list();
  if (listing.digest !== prepared.context.digest) {
    throw new HephyError('CONTEXT_CHANGED', `the files of ${image.name} are not what they were when they were hashed`, {
      where: { file: image.configFile },
      hint: 'Run it again, and leave the files alone while it runs.',
    });
  }
  // Again, for the builder that was found in the end.
  refuseLedOut(context.facts, image, plan.dockerfile, plan.platform, listing);
  const directory = await source.materialise();
  // What no run has used for a day goes; where nothing is built nothing has come either.
  sweepStore(contextStore(context));
  sweepStore(upstreamStore(context), UPSTREAM_KEPT_MS);
  return directory;
}
