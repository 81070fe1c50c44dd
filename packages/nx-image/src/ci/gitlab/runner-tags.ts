import { formatPlatform } from '../../oci/platform';
import { HephyError } from '../../errors/hephy-error';
import type { GitlabSettings } from '../gitlab-settings';
import type { PlannedBuild, PlannedImage } from '../pipeline-plan';

type Tags = Pick<GitlabSettings, 'runnerTags' | 'foreign'>;

/** Of a runner that can build it; undefined: there is none of its architecture, it runs programs of that, and nobody allowed to emulate it. */
export function findRunnerTags(build: PlannedBuild, { runnerTags, foreign }: Tags): readonly string[] | undefined {
  const own = runnerTags[build.platform.architecture];
  if (own !== undefined) return own;
  return build.runs && foreign === 'refuse' ? undefined : (runnerTags.amd64 ?? Object.values(runnerTags)[0] ?? []);
}

/** @throws HephyError EMULATION_MISSING */
export function refuseForeign(images: readonly PlannedImage[], settings: Tags): void {
  const refused = images.flatMap(({ image, builds }) =>
    builds
      .filter((build) => findRunnerTags(build, settings) === undefined)
      .map(({ platform }) => ({
        architecture: platform.architecture,
        text: `${image} for ${formatPlatform(platform)}`,
      })),
  );
  const [first] = refused;
  if (first === undefined) return;
  const texts = refused.slice(0, 5).map(({ text }) => text);
  const more = refused.length > texts.length ? ` and ${refused.length - texts.length} more` : '';
  throw new HephyError('EMULATION_MISSING', `no runner is of the architecture of ${texts.join(', ')}${more}`, {
    hint: `Name the tags of such a runner in CICD_TAG_${first.architecture.toUpperCase()}; or let others emulate it (the input \`arm64: emulate\`, --foreign emulate), with qemu in their binfmt_misc.`,
  });
}
