import { hasDrifted, type ImageDrift, type Unknown } from '../plan/drift';
import type { DriftRun } from '../plan/drift-run';
import { redact } from '../errors/redact';
import { printableLine } from './printable';
import { changesText } from './reason-text';
import { styleOf } from './style';

/**
 * Exit code of `hephy drift`: 4 a tag of an upstream moved, which no build mends; 1 the build failed, or not all could be found out; 3 something moved and was not built; else 0.
 * @param built whether what moved was built; undefined: nobody asked for it
 */
export function driftExitCode(drifts: readonly ImageDrift[], built: boolean | undefined): number {
  if (drifts.some(({ tag }) => tag !== undefined)) return 4;
  if (built === false || drifts.some(({ unknown }) => unknown.length > 0)) return 1;
  return built === undefined && drifts.some(hasDrifted) ? 3 : 0;
}

export interface DriftTextOptions {
  readonly color: boolean;
}

/** What moved, what is called out, what is not known; the last line counts. */
export function driftText(drifts: readonly ImageDrift[], options: DriftTextOptions): string {
  const style = styleOf(options.color);
  const moved = drifts.filter(hasDrifted);
  const tags = drifts.filter(({ tag }) => tag !== undefined);
  const unknown = drifts.filter((one) => one.unknown.length > 0);
  const never = drifts.filter(({ published }) => !published);
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
    style.bold(summary(drifts.length, moved.length, tags.length, unknown.length)),
  ].join('\n');
}

/** What `drift --run` starts, and what it leaves. */
export function driftRunText({ projects, held }: DriftRun, options: DriftTextOptions): string {
  const style = styleOf(options.color);
  return [
    ...held.map(({ project, by }) => `${project} is not built: it is FROM ${by}, the tag of whose upstream moved`),
    style.bold(
      projects.length === 0 ? 'Nothing is built.' : `Building these and what is FROM them: ${projects.join(', ')}`,
    ),
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

function summary(all: number, moved: number, tags: number, unknown: number): string {
  const images = `${all} ${all === 1 ? 'image' : 'images'}`;
  const parts = [
    moved === 0 ? 'nothing moved' : `${moved} moved`,
    ...(tags === 0 ? [] : [`${tags} with an upstream’s tag that moved`]),
    ...(unknown === 0 ? [] : [`of ${unknown} not all is known`]),
  ];
  return `${images}: ${parts.join(', ')}`;
}
