import { readMounts, type Mount } from '../find-mentions';
import type { Instruction } from '../instruction';
import { offsetOf, refusal, type BuildView, type Difference } from './difference';

/** `RUN --mount`: what is mounted is not what the builder leaves in the image, or there is nothing to mount. */
export function findMountDifferences(view: BuildView): Difference[] {
  const steps = view.stages.flatMap(({ instructions }) => instructions);
  return steps.flatMap((instruction, index) =>
    readMounts(instruction).mounts.flatMap((mount) => {
      const offset = offsetOf(instruction, mount.flag.range);
      if (mount.type === 'ssh')
        return refusal(
          offset,
          'no SSH agent is handed to a build: RUN --mount=type=ssh would run without it',
          'Fetch what needs it before the build, in a `context` target, or take it by HTTPS.',
        );
      return view.builder === 'kaniko' ? forKaniko(mount, offset) : forBuildah(mount, offset, steps.slice(index + 1));
    }),
  );
}

function forKaniko(mount: Mount, offset: number): Difference[] {
  if (mount.type !== 'tmpfs') return [];
  return [
    refusal(
      offset,
      'Kaniko ignores RUN --mount=type=tmpfs: what is written there would be in the image',
      'Take the flag out, and delete in the same RUN what it leaves there.',
    ),
  ];
}

function forBuildah(mount: Mount, offset: number, later: readonly Instruction[]): Difference[] {
  if (!mount.ofContext || !mount.writable || !later.some(readsContext)) return [];
  return [
    refusal(
      offset,
      'buildah keeps what a RUN writes into the mounted context for the instructions behind it, where Docker forgets it',
      'Leave rw out and copy to a directory of the image first, or copy from the context before this RUN.',
    ),
  ];
}

function readsContext(instruction: Instruction): boolean {
  const { keyword, flags } = instruction;
  if (keyword === 'ADD') return true;
  if (keyword === 'COPY') return !flags.some(({ text }) => text.startsWith('--from='));
  return readMounts(instruction).mounts.some(({ ofContext }) => ofContext);
}
