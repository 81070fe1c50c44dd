import type { Instruction } from '../instruction';
import { splitArg, type ArgDeclaration } from '../split-arg';
import { argumentText, offsetOf, refusal, type BuildView, type Difference, type StageView } from './difference';

const PLATFORM_ARG = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** Args that have another value for the builder than for Docker. */
export function findArgDifferences(view: BuildView): Difference[] {
  return view.builder === 'kaniko'
    ? view.stages.flatMap((stage) => declaredAgain(stage, view))
    : [
        ...view.instructions.flatMap((instruction) => platformDefaults(instruction, view)),
        ...view.stages.flatMap((stage) => [...hiddenByEnv(stage, view), ...notHandedOn(stage, view)]),
      ];
}

function declarationsOf(instruction: Instruction, { escape }: BuildView): readonly ArgDeclaration[] {
  return instruction.keyword === 'ARG' ? splitArg(argumentText(instruction), escape) : [];
}

/** `ARG V` behind `ARG V=x` has the value from before the first FROM again; in Kaniko it keeps x. */
function declaredAgain({ instructions }: StageView, view: BuildView): Difference[] {
  const defaults = new Set<string>();
  return instructions.flatMap((instruction) =>
    declarationsOf(instruction, view).flatMap(({ name, value }) => {
      if (value !== undefined) defaults.add(name);
      else if (defaults.has(name) && view.globalDefaults.has(name) && !view.args.has(name))
        return refusal(
          offsetOf(instruction),
          `Kaniko lets ${name} keep the default that this stage gave it, where Docker takes the one from before FROM again`,
          'Take this ARG out, or give it the default that is meant.',
        );
      return [];
    }),
  );
}

function platformDefaults(instruction: Instruction, view: BuildView): Difference[] {
  return declarationsOf(instruction, view).flatMap(({ name, value }) =>
    value === undefined || !PLATFORM_ARG.test(name)
      ? []
      : refusal(
          offsetOf(instruction),
          `buildah gives ${name} the platform’s value, whatever default ARG names`,
          'Leave the default out, or use a name of your own.',
        ),
  );
}

/** An ARG behind an ENV of its name goes before it. */
function hiddenByEnv({ instructions }: StageView, view: BuildView): Difference[] {
  const set = new Set<string>();
  return instructions.flatMap((instruction) => {
    if (instruction.keyword === 'ENV') for (const name of envNames(instruction, view)) set.add(name);
    return declarationsOf(instruction, view).flatMap(({ name, value }) =>
      set.has(name) && (value !== undefined || view.args.has(name))
        ? refusal(
            offsetOf(instruction),
            `buildah lets ENV ${name} go before the ARG behind it, where Docker takes the ARG`,
            'Give one of them another name.',
          )
        : [],
    );
  });
}

function envNames(instruction: Instruction, { escape }: BuildView): readonly string[] {
  const words = splitArg(argumentText(instruction), escape);
  if (words[0]?.value === undefined) return words.slice(0, 1).map(({ name }) => name);
  return words.map(({ name }) => name);
}

/** A stage that is FROM a stage has its args. */
function notHandedOn(stage: StageView, view: BuildView): Difference[] {
  const inherited = new Set<string>();
  for (let { parent } = stage; parent !== undefined; { parent } = parent)
    for (const instruction of parent.instructions)
      for (const { name } of declarationsOf(instruction, view)) inherited.add(name);
  const known = new Set<string>();
  return stage.instructions.flatMap((instruction) => {
    for (const { name } of declarationsOf(instruction, view)) known.add(name);
    if (instruction.keyword === 'ENV') for (const name of envNames(instruction, view)) known.add(name);
    const lost = [...inherited].find(
      (name) => !known.has(name) && new RegExp(`\\$(?:\\{${name}\\b|${name}\\b)`).test(instruction.text),
    );
    if (lost === undefined) return [];
    return refusal(
      offsetOf(instruction),
      `buildah does not hand ARG ${lost} on to a stage that is FROM the one that declares it`,
      `Write ARG ${lost} in this stage too.`,
    );
  });
}
