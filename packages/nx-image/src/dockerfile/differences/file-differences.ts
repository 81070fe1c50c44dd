import type { Instruction } from '../instruction';
import {
  argumentText,
  isVerified,
  listedWords,
  note,
  offsetOf,
  refusal,
  titleOf,
  type BuildView,
  type Difference,
  type StageView,
} from './difference';
import { findDirectories, mayCover, mayWriteTo } from './volume-writes';

const GIT = /^(?:git@|git:\/\/|ssh:\/\/)|^https?:\/\/[^#?]*\.git(?:[#?].*)?$/i;
const ARCHIVE = /\.(?:tar(?:\.(?:gz|bz2|xz|zst))?|tgz|tbz2?|txz)$/i;

/** Files that would be missing, or others than Docker’s. */
export function findFileDifferences(view: BuildView): Difference[] {
  return view.stages.flatMap((stage) => [
    ...writtenVolumes(stage, view),
    ...stage.instructions.flatMap((instruction) => [
      ...whiteouts(instruction),
      ...(instruction.keyword === 'ADD' && !isVerified(instruction) ? sources(instruction, view) : []),
    ]),
  ]);
}

/** BuildKit keeps what later instructions write into a volume; buildah what they copy. */
function writtenVolumes(stage: StageView, view: BuildView): Difference[] {
  const directories = findDirectories(stage);
  const keepsCopies = view.builder === 'buildah';
  const own = stage.instructions.map((instruction, index) => ({ instruction, index }));
  const inherited = inheritedInstructions(stage, view).map((instruction) => ({ instruction, index: -1 }));
  return [...inherited, ...own].flatMap(({ instruction, index }) => {
    if (instruction.keyword !== 'VOLUME') return [];
    return listedWords(instruction).flatMap(({ text }) => {
      const volume = text.replace(/\/+$/, '');
      if (!/^[/$]./.test(volume)) return [];
      const later = own.filter((one) => one.index > index && (!keepsCopies || one.instruction.keyword === 'RUN'));
      const find = (reaches: typeof mayWriteTo): Instruction | undefined =>
        later.find((one) => reaches(one.instruction, volume, directories[one.index]))?.instruction;
      const writer = find(mayWriteTo);
      const covering = find(mayCover);
      const lost = writer ?? covering;
      if (lost === undefined) return [];
      return (writer === undefined ? note : refusal)(
        offsetOf(instruction),
        `${titleOf(view)} loses what line ${lost.line} does in the VOLUME ${text}, where Docker keeps it`,
        `Move VOLUME behind line ${lost.line}.`,
      );
    });
  });
}

/** Of stages whose volumes count in this one. Kaniko takes those of a stage that it has built before for an image's, and keeps what is written there. */
function inheritedInstructions({ parent, squashed }: StageView, view: BuildView): readonly Instruction[] {
  if (parent === undefined || (view.builder === 'kaniko' && !squashed)) return [];
  return [...inheritedInstructions(parent, view), ...parent.instructions];
}

/** A layer cannot hold a file whose name is that of a whiteout. */
function whiteouts(instruction: Instruction): Difference[] {
  if (!instruction.text.includes('.wh.') || !['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(instruction.keyword)) return [];
  const found = /(?:^|[^\w.-])(\.wh\.[\w.-]*)/.exec(argumentText(instruction))?.[1];
  if (found === undefined) return [];
  return [
    refusal(
      offsetOf(instruction),
      `${found} is how a layer says that a file is deleted: as a file of an image it would delete another one`,
      'Give it another name.',
    ),
  ];
}

function sources(instruction: Instruction, view: BuildView): Difference[] {
  const words = listedWords(instruction).slice(0, -1);
  const archives =
    view.builder === 'buildah' ? words.filter(({ text }) => ARCHIVE.test(text) && !/^https?:/i.test(text)) : [];
  return [
    ...words
      .filter(({ text }) => GIT.test(text))
      .map(({ text, offset }) =>
        refusal(
          offset,
          `${titleOf(view)} does not know ADD of a git repository: it would take ${text.slice(0, 100)} for a file`,
          'Clone it in a RUN at the commit that is wanted, or bring it into the context.',
        ),
      ),
    ...archives.map(({ text, offset }) =>
      note(
        offset,
        `where ${text.slice(0, 100)} has an entry for its own root, buildah gives its mode and owner to the directory that it is unpacked to; Docker leaves that alone`,
        'Pack it without `./`, or chmod and chown the directory in a RUN behind it.',
      ),
    ),
  ];
}
