import type { Instruction } from '../instruction';
import { splitArg } from '../split-arg';
import {
  argumentText,
  listedWords,
  note,
  offsetOf,
  refusal,
  titleOf,
  type BuildView,
  type Difference,
  type StageView,
} from './difference';

/** What stands in the image's config otherwise than Docker writes it. */
export function findConfigDifferences(view: BuildView): Difference[] {
  const exposed = view.stages.flatMap(({ instructions }) =>
    instructions.flatMap((instruction) => (instruction.keyword === 'EXPOSE' ? ranges(instruction, view) : [])),
  );
  if (view.builder === 'buildah') return [...exposed, ...view.stages.flatMap(otherShell)];
  const others = view.stages.flatMap((stage) => [
    ...lostReset(stage),
    ...stage.instructions.flatMap((instruction) => {
      const { keyword } = instruction;
      if (keyword === 'LABEL') return labels(instruction, view);
      if (keyword === 'MAINTAINER')
        return note(
          offsetOf(instruction),
          'Kaniko leaves MAINTAINER out of the image',
          'Write LABEL org.opencontainers.image.authors=… instead.',
        );
      return [];
    }),
    ...groups(stage),
  ]);
  return [...exposed, ...others];
}

/** ENTRYPOINT takes away the CMD of what the stage is FROM; Kaniko forgets it where it builds both in one go. */
function lostReset(stage: StageView): Difference[] {
  const entrypoint = lastOf(stage, 'ENTRYPOINT');
  if (entrypoint === undefined || lastOf(stage, 'CMD') !== undefined) return [];
  for (let { parent, squashed } = stage; parent !== undefined && squashed; { parent, squashed } = parent) {
    if (lastOf(parent, 'CMD') === undefined) continue;
    return [
      refusal(
        offsetOf(entrypoint),
        'Kaniko keeps the CMD of the stage that this one is FROM, which ENTRYPOINT takes away',
        'Write CMD [] behind it, or the CMD that is wanted.',
      ),
    ];
  }
  return [];
}

function lastOf({ instructions }: StageView, keyword: string): Instruction | undefined {
  return instructions.findLast((instruction) => instruction.keyword === keyword);
}

function ranges(instruction: Instruction, view: BuildView): Difference[] {
  return listedWords(instruction)
    .filter(({ text }) => /^\d+-\d+(?:\/\w+)?$/.test(text))
    .map(({ text, offset }) =>
      refusal(
        offset,
        `${titleOf(view)} takes the range ${text} for one port of that name`,
        'Write each port by itself.',
      ),
    );
}

/** CMD and ENTRYPOINT in shell form are for the SHELL of the image. */
function otherShell(stage: StageView): Difference[] {
  let shell = false;
  for (let { parent } = stage; parent !== undefined; { parent } = parent)
    shell ||= lastOf(parent, 'SHELL') !== undefined;
  return stage.instructions.flatMap((instruction) => {
    shell ||= instruction.keyword === 'SHELL';
    if (!shell || !['CMD', 'ENTRYPOINT'].includes(instruction.keyword)) return [];
    if (argumentText(instruction).startsWith('[')) return [];
    return refusal(
      offsetOf(instruction),
      `buildah lets /bin/sh run ${instruction.keyword}, whatever SHELL says`,
      `Write it as a list: ${instruction.keyword} ["<shell>", "-c", "…"].`,
    );
  });
}

/** Kaniko expands the value of a label, and then what came of it once more. */
function labels(instruction: Instruction, { args }: BuildView): Difference[] {
  const used = Array.from(argumentText(instruction).matchAll(/\$\{?([A-Za-z_]\w*)/g), (match) => match[1] ?? '');
  const wrong = used.find((name) => /['"\\$]/.test(args.get(name) ?? ''));
  if (wrong === undefined) return [];
  return [
    refusal(
      offsetOf(instruction),
      `Kaniko takes the quotes, \\ and $ in the value of ${wrong} for its own when it writes a LABEL`,
      'Give the label by `labels` in build-config.yaml, or the build arg a value without them.',
    ),
  ];
}

/** A user that is a number has the group 0 in Docker, unless the image's accounts know better. */
function groups({ instructions }: StageView): Difference[] {
  return instructions.flatMap((instruction, index) => {
    if (instruction.keyword !== 'USER' || !/^\d+$/.test(argumentText(instruction))) return [];
    if (argumentText(instruction) === '0' || !instructions.slice(index).some(({ keyword }) => keyword === 'RUN'))
      return [];
    const [user] = splitArg(argumentText(instruction), '\\');
    return note(
      offsetOf(instruction),
      `Kaniko runs what follows in the group ${user?.name ?? ''}, Docker in the group 0 unless the image has such a user`,
      'Name the group too: USER <user>:<group>.',
    );
  });
}
