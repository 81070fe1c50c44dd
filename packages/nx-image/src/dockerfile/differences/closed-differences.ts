import { readMounts } from '../find-mentions';
import { argumentText, listedWords, offsetOf, refusal, titleOf, type BuildView, type Difference } from './difference';
import { followStage, type Step } from './follow-stage';
import { expandKnown, leadsInto, textLeadsInto } from './words-in-path';

/** What the builder would leave out of the image, or bring into it of other jobs': it takes mounts for no part of an image. */
export function findClosedDifferences(view: BuildView): Difference[] {
  if (view.closed.length === 0) return [];
  return view.stages.flatMap((stage) => {
    const steps = followStage(stage, view);
    return view.closed.flatMap((path) => [
      ...steps
        .filter((step) => mayReach(step, path))
        .map(({ instruction }) =>
          refusal(
            offsetOf(instruction),
            `${titleOf(view)} leaves out of the image what is written to ${path}, where the job that builds has a mount`,
            'Write elsewhere; or take build_backend: buildah for this image, or an image of Kaniko in which it is no volume.',
          ),
        ),
      ...[...toldOf(steps, path)].map(([name, { instruction }]) =>
        refusal(
          offsetOf(instruction),
          `${name} tells this RUN of ${path}, where the job that builds has a mount: ${titleOf(view)} leaves out of the image what is written there`,
          `Set ${name} behind the last RUN, or to another value; or take build_backend: buildah for this image.`,
        ),
      ),
    ]);
  });
}

/** Variables whose value leads there, each with the first RUN that has it in its environment. */
function toldOf(steps: readonly Step[], path: string): ReadonlyMap<string, Step> {
  const told = new Map<string, Step>();
  for (const step of steps) {
    if (step.instruction.keyword !== 'RUN') continue;
    for (const [name, value] of step.variables)
      if (!told.has(name) && textLeadsInto(value, path, undefined)) told.set(name, step);
  }
  return told;
}

function mayReach({ instruction, directory, variables }: Step, path: string): boolean {
  const reach = (written: string, from = directory): ReturnType<typeof leadsInto> =>
    leadsInto(expandKnown(written, variables), path, from);
  switch (instruction.keyword) {
    case 'COPY':
    case 'ADD': {
      const words = listedWords(instruction).map(({ text }) => text.replace(/["']/g, ''));
      const to = words.pop() ?? '';
      const ofImage = instruction.flags.some(({ text }) => text.startsWith('--from='));
      return reach(to) !== undefined || (ofImage && words.some((source) => reach(source, '/') !== undefined));
    }
    case 'WORKDIR':
      // The directory itself is made where a container starts.
      return reach(argumentText(instruction).trim()) === 'below';
    case 'RUN': {
      const text = argumentText(instruction);
      const runsThere = leadsInto('.', path, directory) !== undefined && !text.startsWith('[');
      const mounted = readMounts(instruction).mounts.some(({ target = '' }) => reach(target) !== undefined);
      const texts = text.startsWith('[') ? listedWords(instruction).map((word) => word.text) : [text];
      return runsThere || mounted || texts.some((one) => textLeadsInto(expandKnown(one, variables), path, directory));
    }
    default:
      return false;
  }
}
