import { hasDrifted, type Drifts, type ImageDrift, type Unknown } from '../plan/drift';
import type { DriftRun } from '../plan/drift-run';
import { redact } from '../errors/redact';
import { printableLine } from './printable';
import { changesText } from './reason-text';
import { styleOf } from './style';

/**
 * Exit code of `hephy drift`: 4 a tag of an upstream moved, which no build mends; 1 the build failed, or not all could be found out; 3 something moved and was not built; else 0.
 * @param built whether what moved was built; undefined: nobody asked for it
 */
export function driftExitCode({ asked, parents }: Drifts, built: boolean | undefined): number {
  const drifts = [...asked, ...parents];
  if (drifts.some(({ tag }) => tag !== undefined)) return 4;
  if (built === false || drifts.some(({ unknown }) => unknown.length > 0)) return 1;
  return built === undefined && drifts.some(hasDrifted) ? 3 : 0;
}

export interface DriftTextOptions {
  readonly color: boolean;
}

/** What moved, what is called out, what is not known; the last line counts. Of parents that were not asked about, those that say why what was asked is not sure. */
export function driftText({ asked, parents }: Drifts, options: DriftTextOptions): string {
  const style = styleOf(options.color);
  const told = parents.filter(({ tag, unknown }) => tag !== undefined || unknown.length > 0);
  const drifts = [...asked, ...told];
  const moved = asked.filter(hasDrifted);
  const tags = drifts.filter(({ tag }) => tag !== undefined);
  const unknown = drifts.filter((one) => one.unknown.length > 0);
  const never = asked.filter(({ published }) => !published);
  const width = Math.max(0, ...[...moved, ...tags, ...unknown].map(({ image }) => image.length));
  const row = ({ image }: ImageDrift, texts: readonly string[]): readonly string[] =>
    texts.map((text, index) => `  ${(index === 0 ? image : '').padEnd(width)}  ${text}`);
  return [
    ...section(
      style.bold('Moved since they were published:'),
      moved.flatMap((one) => row(one, movesOf(one))),
    ),
    ...section(
      style.red(style.bold('A TAG OF AN UPSTREAM MOVED. It is not built:')),
      tags.flatMap((one) => row(one, tagLines(one))),
    ),
    ...section(
      style.yellow('Not known:'),
      unknown.flatMap((one) => row(one, one.unknown.map(unknownText))),
    ),
    ...section(style.dim('Never published:'), never.length === 0 ? [] : [`  ${names(never)}`]),
    style.bold(summary(asked.length, told.length, moved.length, tags.length, unknown.length)),
  ].join('\n');
}

/** What `drift --run` starts, and what it leaves. Whether anything of an upstream's new commit is in the image, nobody knows who has not fetched it. */
export function driftRunText(
  { projects, held }: DriftRun,
  drifts: readonly ImageDrift[],
  options: DriftTextOptions,
): string {
  const style = styleOf(options.color);
  const upstreams = drifts.filter(({ changes }) => changes.some(({ kind }) => kind === 'upstream'));
  return [
    ...held.map(({ project, by }) => `${project} is not built: it is FROM ${by}, the tag of whose upstream moved`),
    style.bold(
      projects.length === 0 ? 'Nothing is built.' : `Building these and what is FROM them: ${projects.join(', ')}`,
    ),
    ...(upstreams.length === 0 || projects.length === 0
      ? []
      : [
          `An upstream may have moved with nothing of it in the image: then no new version comes of it, and it is listed again. Of: ${names(upstreams)}`,
        ]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines, ''];
}

function movesOf({ changes, parents }: ImageDrift): readonly string[] {
  return [...changes.map((change) => changesText([change])), ...parents.map((parent) => `FROM ${parent}, which moved`)];
}

function tagLines({ tag }: ImageDrift): readonly string[] {
  if (tag === undefined) return [];
  const name = printableLine(tag.ref.replace(/^refs\/tags\//, ''));
  return [
    `${name} of ${printableLine(redact(tag.repo))}`,
    `was ${tag.from}`,
    `is  ${tag.to}`,
    'Find out from the upstream why. Then `upstream_moving: true`, or the commit as `upstream_ref`.',
  ];
}

function unknownText({ code, message }: Unknown): string {
  return code === undefined ? printableLine(message) : `${code} ${printableLine(message)}`;
}

function names(drifts: readonly ImageDrift[]): string {
  return drifts.map(({ image }) => image).join(', ');
}

function summary(all: number, parents: number, moved: number, tags: number, unknown: number): string {
  const from = parents === 0 ? '' : ` and ${parents} of those that ${all === 1 ? 'it is' : 'they are'} FROM`;
  const images = `${all} ${all === 1 ? 'image' : 'images'}${from}`;
  const parts = [
    moved === 0 ? 'nothing moved' : `${moved} moved`,
    ...(tags === 0 ? [] : [`${tags} with an upstream’s tag that moved`]),
    ...(unknown === 0 ? [] : [`of ${unknown} not all is known`]),
  ];
  return `${images}: ${parts.join(', ')}`;
}
