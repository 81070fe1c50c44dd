import type { Image } from '../config/build-config';
import { formatPlatform, type Platform } from '../oci/platform';
import type { BuildResult } from '../report/result';
import { permittedBuilder } from './builder-elsewhere';
import { reusedPorts } from './exposed-ports';
import { changesIn } from './find-reason';
import { makePlatform, type Certify, type Done, type Known } from './make-platform';
import type { PlatformSource } from './platform-source';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';
import { continueStep, takeStep } from './take-step';
import { withParents } from './with-parents';

/**
 * One platform of an image: answered from the registry where its inputs were built before, else built, pushed, read back, checked and certified.
 * Never rejects: what went wrong is in the result.
 */
export function buildPlatform(context: RunContext, image: Image, platform: Platform): Promise<BuildResult> {
  return takePlatform(context, image, platform, (watch, known) =>
    makePlatform(context, image, platform, permittedBuilder(context, image, platform), watch, known, (_, certify) =>
      certify(watch),
    ),
  );
}

export interface CheckedPlatform {
  /** Of what is new, without its tags. */
  readonly result: BuildResult;
  /** Writes them, or only the certificate that reuse trusts, and answers the whole result. undefined: there is nothing to certify. Never rejects. */
  readonly certify: ((only?: 'certificate') => Promise<BuildResult>) | undefined;
}

/** As `buildPlatform`, up to the tags: so that all checks of many images go before the first tag of any. */
export async function checkPlatform(
  context: RunContext,
  image: Image,
  platform: Platform,
  source: PlatformSource,
): Promise<CheckedPlatform> {
  let left: Certify | undefined;
  const result = await takePlatform(context, image, platform, (watch, known) =>
    makePlatform(context, image, platform, source, watch, known, (done, certify) => {
      left = certify;
      return Promise.resolve(done);
    }),
  );
  if (left === undefined || result.outcome !== 'built') return { result, certify: undefined };
  const certify = left;
  return { result, certify: (only) => continueStep(context, result, (watch) => certify(watch, only)) };
}

type Take = (watch: Stopwatch, known: Known) => Promise<Done>;

async function takePlatform(context: RunContext, image: Image, platform: Platform, take: Take): Promise<BuildResult> {
  const text = formatPlatform(platform);
  const known: Known = {};
  const result: BuildResult = await takeStep(
    context,
    image,
    'build',
    async (watch) => {
      const done = await take(watch, known);
      const ports = await watch.time('registry', () => reusedPorts(context, done));
      return { platform: text, ...done, ...ports };
    },
    ({ error }) => ({ platform: text, reason: error.message, tags: [], notes: [] }),
  );
  // What it failed with is what counts, whatever becomes of the rest.
  const changes = result.outcome === 'failed' ? await changesIn(known.why).catch(nothing) : undefined;
  const whole = { ...result, ...changes };
  return known.parents === undefined ? whole : withParents(context, image, platform, whole, known.parents);
}

function nothing(): void {
  // The reason of what failed is not worth another failure.
}
