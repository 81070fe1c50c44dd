import { counted, shortDigest } from './amounts';
import { printableLine } from './printable';
import { styleOf, type Style } from './style';
import type { PathStep, Subject, Use, WhereUsed } from './where-used';

/** How many versions are named that say nothing of themselves. */
const NAMED = 5;

/** A line a version and way, with what could not be known below. */
export function whereUsedText(found: WhereUsed, options: { readonly color: boolean }): string {
  const style = styleOf(options.color);
  return [headline(found, style), ...useLines(found.uses, style), ...remarks(found)].join('\n');
}

/** For whoever waits. */
export function readingText(done: number, all: number): string {
  return `reading what the repository has: ${done} of ${all} versions\n`;
}

function headline({ subject, uses, read, current }: WhereUsed, style: Style): string {
  const what = style.bold(printableLine(subject.name));
  const looked = `${counted(read, current ? 'last version' : 'version')} that the repository has`;
  if (read === 0)
    return `Nothing is published${current ? ' that a last- tag names' : ''}, so nothing stands on ${what}.`;
  if (uses.length === 0) return `Nothing stands on ${what}, of ${looked}.${hintOf(subject)}`;
  const versions = new Set(uses.map(({ version }) => version)).size;
  const images = new Set(uses.map(({ image }) => image)).size;
  return `${what}: ${counted(versions, 'version')} of ${counted(images, 'image')} ${versions === 1 ? 'stands' : 'stand'} on it, of ${looked}.`;
}

function hintOf(subject: Subject): string {
  switch (subject.kind) {
    case 'digest':
      return ' A digest is found where it is that of an index or of one platform’s manifest; those of layers and configs (docker’s image IDs) are written down nowhere.';
    case 'base':
      return subject.near === undefined ? '' : ` Did you mean ${printableLine(subject.near)}, of this repository?`;
    case 'image':
    case 'tag':
    case 'version':
      return '';
  }
}

function useLines(uses: readonly Use[], style: Style): readonly string[] {
  const rows = uses.map(({ version, platforms, current, path }) => [
    printableLine(version),
    current ? 'last' : '',
    platforms.map(printableLine).join(', '),
    path.map((step, place) => stepText(step, place)).join(' ← '),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const [version = '', last = '', platforms = '', path = ''] = row.map((cell, column) =>
      cell.padEnd(widths[column] ?? 0),
    );
    return `  ${version}  ${style.green(last)}${widths[1] === 0 ? '' : '  '}${style.dim(platforms)}  ${path}`;
  });
}

/** The image itself is in the line already with its version. */
function stepText({ name, version, digest }: PathStep, place: number): string {
  if (place === 0) return printableLine(name);
  if (version !== undefined) return printableLine(version);
  return `${printableLine(name)}${digest === undefined ? '' : ` at ${shortDigest(digest)}`}`;
}

function remarks({ silent, lost }: WhereUsed): readonly string[] {
  return [
    ...(silent.length === 0
      ? []
      : [
          `${counted(silent.length, 'version')} ${silent.length === 1 ? 'says' : 'say'} nothing, or not all, of what they are made of: ${few(silent)}`,
        ]),
    ...(lost.length === 0
      ? []
      : [
          `${counted(lost.length, 'version')} ${lost.length === 1 ? 'is' : 'are'} FROM an image of this repository that no version has: ${few(lost)}`,
        ]),
  ];
}

function few(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).map(printableLine).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
