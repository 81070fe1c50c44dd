import { shortDigest } from './amounts';
import { printableLine } from './printable';
import type { Dependent, MovedTag, Rollback } from './rollback';
import { styleOf } from './style';

/** What was moved, what is left to do, and who stands on the image. */
export function rollbackText(done: Rollback, options: { readonly color: boolean }): string {
  const style = styleOf(options.color);
  const { dryRun, image, to, missing, tags, file, edited, newest } = done;
  const fewer = missing.length === 0 ? '' : ', and has fewer platforms';
  const date = to.created === undefined ? '' : ` of ${printableLine(to.created)}`;
  const ahead = newest === undefined || newest === to.version ? '' : `; the newest is ${printableLine(newest)}`;
  return [
    `${style.bold(image)}: ${dryRun ? 'would go' : 'went'} back to ${style.bold(to.version)}${date}, ${shortDigest(to.digest)}${ahead}. It is whole${fewer}.`,
    ...missingLines(missing),
    ...tags.map((tag) => `  ${tagText(tag, dryRun)}`),
    edited
      ? `  ${file}: \`hold: ${to.version}\` ${dryRun ? 'would be added' : 'is added'}`
      : `  ${file}: holds it already`,
    ...dependentLines(done),
    ...(dryRun
      ? ['Nothing was written: this was --dry-run.']
      : [
          `${style.yellow('Commit and push')} ${file} before the next pipeline begins: a run without that line moves the tags forward again.`,
          'Remove the line when the newest is good again: the next run moves the tags to it.',
        ]),
  ].join('\n');
}

function missingLines(missing: readonly string[]): readonly string[] {
  if (missing.length === 0) return [];
  const names = missing.map(printableLine).join(', ');
  return [`  It has no ${names}: who pulls a tag there that is put back finds nothing.`];
}

function tagText({ tag, from, moved }: MovedTag, dryRun: boolean): string {
  if (!moved) return `${tag}: was there already`;
  return `${tag}: ${dryRun ? 'would be moved' : 'moved'}${from === undefined ? ', is new' : ` from ${printableLine(from)}`}`;
}

function dependentLines({ image, dependents, to }: Rollback): readonly string[] {
  if (dependents.length === 0) return [];
  return [
    `FROM ${image}; they stay as they are, and are built FROM what its directory makes, held or not:`,
    ...dependents.map(
      (one) =>
        `  ${one.image}${one.version === undefined ? ' (not published)' : ` at ${printableLine(one.version)}`}: ${standing(one, image, to.version)}`,
    ),
  ];
}

function standing({ standsOn }: Dependent, image: string, version: string): string {
  switch (standsOn) {
    case 'there':
      return `stands on ${version}`;
    case 'newer':
      return `stands on the newest ${image}, which was gone back from`;
    case 'other':
      return `stands on another ${image}`;
    case 'through':
      return 'through the others';
    case 'not known':
      return 'what it stands on is not known';
  }
}
