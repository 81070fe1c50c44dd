import type { BuilderName } from '../config/build-config';
import type { Refusal } from './dockerfile';
import type { Difference } from './differences/difference';
import type { StagePart } from './read-stages';
import type { ResolvedStage, Resolution } from './resolve-stages';
import type { Position } from './text-position';

interface Found {
  readonly builder: BuilderName;
  readonly usedStages: readonly ResolvedStage[];
  /** Everything that used stages name. */
  readonly inUse: readonly Resolution[];
  readonly parts: readonly StagePart[];
  /** Those of `parts` that ONBUILD holds. */
  readonly triggers: readonly StagePart[];
  readonly differences: readonly Difference[];
  readonly positionOf: (offset: number) => Position;
}

/** What the builder would skip, take for something else, or fail on without saying why; in the order of the file. */
export function findRefusals(found: Found): readonly Refusal[] {
  const { builder, positionOf } = found;
  const at = (offset: number, what: string, hint: string): Refusal => ({ ...positionOf(offset), what, hint });
  const refusals = [
    ...found.inUse.flatMap((one) =>
      one.kind === 'refused' ? [at(one.offset, one.problem.message, one.problem.hint)] : [],
    ),
    ...findAmbiguousNames(found.usedStages).map((stage) =>
      at(
        stage.written.from.range.start,
        stage.written.from.name?.toLowerCase() === 'scratch'
          ? 'a stage is named scratch, which builders take for the empty image'
          : `another stage is named ${stage.written.from.name ?? ''} too, and builders differ in which one they take`,
        'Give the stage another name.',
      ),
    ),
    ...findUnreadDownloads(found, at),
    ...found.differences.flatMap(({ kind, offset, what, hint }) => (kind === 'refusal' ? at(offset, what, hint) : [])),
    ...(builder === 'kaniko' ? findSkippedMounts(found, at) : []),
  ];
  return inOrder(refusals);
}

/** By their places, each once: what ONBUILD holds may be carried out in several stages. */
export function inOrder(found: readonly Refusal[]): readonly Refusal[] {
  const once = new Map(found.map((one) => [`${one.line}:${one.column} ${one.what}`, one]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

type At = (offset: number, what: string, hint: string) => Refusal;

function findSkippedMounts({ parts }: Found, at: At): Refusal[] {
  return parts.flatMap(({ mentions }) =>
    mentions.flatMap(({ instruction, written, range }) =>
      instruction === 'RUN'
        ? [
            at(
              range.start,
              `Kaniko skips RUN --mount=from=${written}`,
              `Use COPY --from=${written} before the RUN, or build_backend: buildah.`,
            ),
          ]
        : [],
    ),
  );
}

/** Sums that would not be verified: no builder does, and hephy cannot. In ONBUILD there is nothing that could be replaced. */
function findUnreadDownloads({ parts, triggers }: Found, at: At): Refusal[] {
  return parts.flatMap((part) =>
    part.downloads.flatMap((download) => {
      if ('what' in download)
        return [
          at(
            download.offset,
            `${download.what}: nobody would verify the sum`,
            'Write ADD --checksum=sha256:<64 hex> https://… <to>, plainly; or download in a RUN that checks the sum (sha256sum -c).',
          ),
        ];
      if (!triggers.includes(part)) return [];
      return [
        at(
          download.ranges.flag.start,
          'ONBUILD ADD --checksum: nobody would verify the sum',
          'Write the ADD into the stage that needs it.',
        ),
      ];
    }),
  );
}

/** Used stages whose name an earlier used stage has as well. */
function findAmbiguousNames(usedStages: readonly ResolvedStage[]): ResolvedStage[] {
  const seen = new Set(['scratch']);
  return usedStages.filter(({ written }) => {
    const name = written.from.name?.toLowerCase();
    if (name === undefined) return false;
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}
