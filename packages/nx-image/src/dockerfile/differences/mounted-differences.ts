import { argumentWords, type Instruction } from '../instruction';
import { listedWords, refusal, type BuildView, type Difference } from './difference';
import { matchesPattern, segmentsOf } from './path-pattern';

/** What Kaniko's own root has mounted below /etc, whatever it runs in: the machine's, or made by a container engine. */
const IN_ETC = ['hosts', 'hostname', 'resolv.conf'];
/** Mounts that Kaniko copies, file by file, until one cannot be read. */
const SYSTEM = ['proc', 'sys', 'dev'];

/** `COPY --from=<stage>`: Kaniko takes it from the root that the stage was built in, mounts included. Images are unpacked, and have none. */
export function findMountedDifferences(view: BuildView): Difference[] {
  if (view.builder !== 'kaniko') return [];
  const names = stageNames(view.instructions);
  return view.stages.flatMap(({ instructions }) =>
    instructions
      .filter((one) => isFromStage(one, names))
      .flatMap((instruction) => {
        const words = listedWords(instruction);
        const to = segmentsOf(words.at(-1)?.text ?? '').join('/');
        return words.slice(0, -1).flatMap(({ text, offset }) => {
          const [first, second, ...deeper] = segmentsOf(text);
          if (first === undefined || (second === undefined && SYSTEM.some((name) => matchesPattern(first, name)))) {
            return refusal(
              offset,
              `Kaniko fails at /proc when it copies ${text} of a stage`,
              'Name the directories that are wanted (COPY --from=<stage> /usr /usr), or build_backend: buildah.',
            );
          }
          if (!matchesPattern(first, 'etc') || deeper.length > 0 || to === 'etc') return [];
          if (second !== undefined && !IN_ETC.some((name) => matchesPattern(second, name))) return [];
          return refusal(
            offset,
            `Kaniko copies its own ${IN_ETC.join(', ')} along with ${text} of a stage`,
            'Name what is wanted of /etc, copy it to /etc (there Kaniko leaves them out), or build_backend: buildah.',
          );
        });
      }),
  );
}

function stageNames(instructions: readonly Instruction[]): ReadonlySet<string> {
  const names = instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'FROM') return [];
    const [, as, name] = argumentWords(instruction).map(({ text }) => text.toLowerCase());
    return as === 'as' && name !== undefined ? name : [];
  });
  return new Set(names);
}

function isFromStage({ keyword, flags }: Instruction, names: ReadonlySet<string>): boolean {
  if (keyword !== 'COPY') return false;
  const from = flags.find(({ text }) => text.startsWith('--from='))?.text.slice('--from='.length) ?? '';
  return /^\d+$/.test(from) || names.has(from.toLowerCase());
}
