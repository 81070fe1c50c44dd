import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import { formatPlatform, type Platform } from '../oci/platform';
import { parseJson } from '../plan/parse-json';
import { builderHere, type PlatformSource } from './platform-source';
import type { RunContext } from './run-context';

const VARIABLE = 'HEPHY_BUILDS';

/**
 * A builder of this machine, unless HEPHY_BUILDS, a JSON list of images, leaves this one to another job of the pipeline: then what the registry does not have is missing.
 * @throws HephyError OPTIONS_INVALID
 */
export function permittedBuilder(context: RunContext, image: Image, platform: Platform): PlatformSource {
  const permitted = readPermitted(context.env[VARIABLE] ?? '');
  return permitted === undefined || permitted.includes(image.name)
    ? builderHere(context)
    : { choose: () => Promise.reject(missing(image, platform)) };
}

/** undefined: all. */
export function readPermitted(text: string): readonly string[] | undefined {
  if (text === '') return undefined;
  const value = parseJson(text);
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw new HephyError('OPTIONS_INVALID', `${VARIABLE} is ${JSON.stringify(text)}, which is no list of images`, {
    hint: `Give a JSON list, as ${VARIABLE}='["web"]', or leave it unset: then a run builds all that is missing.`,
  });
}

function missing({ name }: Image, platform: Platform): HephyError {
  const text = formatPlatform(platform);
  return new HephyError('JOB_MISSING', `no job of the pipeline has built ${name} for ${text}`, {
    hint: `The job \`${name} ${text.replace('linux/', '')}\` says why. Mend that, and run the failed jobs again.`,
  });
}
