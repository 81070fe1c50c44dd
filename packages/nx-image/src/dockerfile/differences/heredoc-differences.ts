import type { Instruction } from '../instruction';
import { offsetOf, refusal, type BuildView, type Difference } from './difference';

export function findHeredocDifferences({ builder, stages, instructions }: BuildView): Difference[] {
  if (builder === 'buildah') return instructions.flatMap((one) => (one.heredocs ? unread(one) : []));
  return stages.flatMap((stage) => stage.instructions.flatMap(interpreted));
}

/** buildah 1.28 reads none, in whatever stage. */
function unread(instruction: Instruction): Difference {
  return refusal(
    offsetOf(instruction),
    'buildah before 1.33 takes the lines of a here-document for instructions',
    'Write RUN with && and \\, COPY a script from the context, or use build_backend: kaniko.',
  );
}

function interpreted({ script, ...instruction }: Instruction): Difference[] {
  const [, program] = /^#!\s*(.*)$/.exec(script?.firstLine.trim() ?? '') ?? [];
  if (program === undefined) return [];
  return [
    refusal(
      instruction.pieces[0]?.source ?? 0,
      `Kaniko runs this here-document by the shell, not by ${program.slice(0, 80)}`,
      `Write RUN ${program.slice(0, 80)} <<'${script?.name ?? 'EOF'}', without the line that begins with #!.`,
    ),
  ];
}
