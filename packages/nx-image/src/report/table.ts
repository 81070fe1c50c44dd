import { formatSeconds, formatSize, shortDigest, workSeconds } from './amounts';
import { imageSeconds } from './image-seconds';
import { printableLine } from './printable';
import { referenceLines } from './reference-lines';
import type { BuildResult, ImageResult, ManifestResult, Outcome } from './result';
import { runLines, type Laptop } from './run-line';
import { sortResults } from './sort-results';
import { styleOf, type Style } from './style';
import { whyLines } from './why-lines';
import { wrap } from './wrap';

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** Where what was built may be tried; undefined: nowhere, as in CI. */
  readonly laptop?: Laptop | undefined;
}

/** One line of the table before it is laid out; the row of an image is its index, those of its platforms follow. */
interface Row {
  readonly name: string;
  readonly outcome: Outcome | undefined;
  /** Outcome in words, with what must be said: `failed CODE`, `skipped because …`. */
  readonly words: string;
  /** Said where there is room. */
  readonly reason: string;
  readonly digest: string;
  readonly size: string;
  readonly time: string;
}

const GAP = '  ';
/** An outcome column narrower than this breaks codes. */
const MIN_OUTCOME = 22;

/**
 * What a run made: image, platform, outcome, digest, size, time; under each image the references to pull, tags that did not move, and notes.
 * Nothing is cut: what does not fit is wrapped.
 */
export function imageTable(results: readonly ImageResult[], options: TableOptions): string {
  const style = styleOf(options.color);
  const groups = sortResults(results).map((result) => ({ result, rows: rowsOf(result) }));
  if (groups.length === 0) return '';
  const columns = layOut(
    groups.flatMap((group) => group.rows),
    options.width,
  );
  return [
    style.bold(
      [
        'image'.padEnd(columns.name),
        'outcome'.padEnd(columns.outcome),
        'digest'.padEnd(columns.digest),
        'size'.padStart(columns.size),
        'time'.padStart(columns.time),
      ].join(GAP),
    ),
    ...groups.flatMap(({ result, rows }) => [
      ...rows.flatMap((row, index) => rowLines(row, columns, style, index === 0)),
      ...referenceLines(result, { width: options.width, style, why: unsaid(result, columns.outcome) }),
    ]),
    ...tryLines(results, options),
  ].join('\n');
}

/** Reasons of what was built that found no room beside their outcomes. */
function unsaid({ builds }: ImageResult, room: number): readonly string[] {
  const long = builds.filter(
    (build) => build.outcome === 'built' && build.reason !== '' && withReason(wordsOf(build)).length > room,
  );
  return whyLines(long, builds.length);
}

/** Never wrapped: they are pasted. */
function tryLines(results: readonly ImageResult[], { laptop }: TableOptions): readonly string[] {
  const lines = laptop === undefined ? [] : runLines(sortResults(results), laptop);
  return lines.length === 0 ? [] : ['', ...lines];
}

function rowsOf(result: ImageResult): readonly Row[] {
  const { manifest, prepare } = result;
  const failed = prepare?.error === undefined ? undefined : prepare;
  const head = manifest ?? failed;
  const sizes = result.builds.map((build) => build.size);
  return [
    {
      name: result.image,
      outcome: head?.outcome,
      ...wordsOf(head),
      digest: manifest?.digest === undefined ? '' : shortDigest(manifest.digest),
      size: sizes.length > 0 && sizes.every((size) => size !== undefined) ? formatSize(sum(sizes)) : '',
      time: formatSeconds(imageSeconds(result)),
    },
    ...result.builds.map((build) => ({
      name: `  ${build.platform}`,
      outcome: build.outcome,
      ...wordsOf(build),
      digest: build.digest === undefined ? '' : shortDigest(build.digest),
      size: build.size === undefined ? '' : formatSize(build.size),
      time: formatSeconds(workSeconds(build.seconds)),
    })),
  ];
}

function wordsOf(
  step: (Pick<BuildResult | ManifestResult, 'outcome' | 'error'> & { readonly reason?: string }) | undefined,
): Pick<Row, 'words' | 'reason'> {
  if (step === undefined) return { words: 'not published', reason: '' };
  const reason = printableLine(step.reason ?? '');
  if (step.error !== undefined) return { words: `${step.outcome} ${printableLine(step.error.code)}`, reason: '' };
  if (step.outcome === 'built' || step.outcome === 'reused') return { words: step.outcome, reason };
  const because = step.outcome === 'skipped' ? ' because ' : ': ';
  return { words: reason === '' ? step.outcome : `${step.outcome}${because}${reason}`, reason: '' };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

type Columns = Readonly<Record<'name' | 'outcome' | 'digest' | 'size' | 'time', number>>;

function layOut(rows: readonly Row[], width: number): Columns {
  const widest = (title: string, cells: readonly string[]) =>
    Math.max(title.length, ...cells.map((cell) => cell.length));
  const name = widest(
    'image',
    rows.map((row) => row.name),
  );
  const digest = widest(
    'digest',
    rows.map((row) => row.digest),
  );
  const size = widest(
    'size',
    rows.map((row) => row.size),
  );
  const time = widest(
    'time',
    rows.map((row) => row.time),
  );
  const room = Math.max(MIN_OUTCOME, width - name - digest - size - time - 4 * GAP.length);
  const full = widest(
    'outcome',
    rows.map((row) => withReason(row)),
  );
  return { name, digest, size, time, outcome: Math.min(full, room) };
}

function withReason(row: Pick<Row, 'words' | 'reason'>): string {
  return row.reason === '' ? row.words : `${row.words}: ${row.reason}`;
}

function rowLines(row: Row, columns: Columns, style: Style, head: boolean): readonly string[] {
  const whole = withReason(row);
  const lines = wrap(whole.length <= columns.outcome ? whole : row.words, columns.outcome);
  const paint = paintOf(row.outcome, style);
  return lines.map((line, index) => {
    const first = index === 0;
    const name = (first ? row.name : '').padEnd(columns.name);
    return [
      first && head ? style.bold(name) : name,
      paint(line) + ' '.repeat(Math.max(0, columns.outcome - line.length)),
      (first ? row.digest : '').padEnd(columns.digest),
      (first ? row.size : '').padStart(columns.size),
      (first ? row.time : '').padStart(columns.time),
    ]
      .join(GAP)
      .trimEnd();
  });
}

function paintOf(outcome: Outcome | undefined, style: Style): (text: string) => string {
  if (outcome === undefined) return style.dim;
  return outcome === 'built' || outcome === 'reused' ? style.green : style.red;
}
