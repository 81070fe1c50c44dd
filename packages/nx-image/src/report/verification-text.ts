import { printableLine } from './printable';
import { styleOf, type Style } from './style';
import type { Mend, Verification, VerifyFinding } from './verification';

/** Exit code of `hephy verify`: 1 something is wrong, or not all could be found out; else 0. */
export function verifyExitCode({ findings, images }: Verification): number {
  return findings.length > 0 || images.some(({ notKnown = [] }) => notKnown.length > 0) ? 1 : 0;
}

/** Findings with what mends them, then one line of what was looked at. */
export function verificationText(found: Verification, options: { readonly color: boolean }): string {
  const style = styleOf(options.color);
  const unpublished = found.images.filter(({ published }) => !published).map(({ image }) => image);
  return [
    ...found.findings.flatMap((finding) => findingLines(finding, style)),
    ...found.images.flatMap(({ image, heldAt }) =>
      heldAt === undefined ? [] : [`${printableLine(image)} is held at ${printableLine(heldAt)}`],
    ),
    ...found.images.flatMap(({ image, notKnown = [] }) =>
      notKnown.length === 0
        ? []
        : [
            `not known of ${printableLine(image)} ${notKnown.map(printableLine).join(', ')}: whether reuse finds it; the index does not say by which in- tag`,
          ],
    ),
    ...(unpublished.length === 0 ? [] : [`not published yet: ${unpublished.map(printableLine).join(', ')}`]),
    summary(found, style),
  ].join('\n');
}

/** For whoever waits. */
export function verifyingText({ tags, manifests, blobs }: Omit<Verification['checked'], 'indexes'>): string {
  return `looked at ${[amount(tags, 'tag'), amount(manifests, 'manifest'), amount(blobs, 'blob')].join(', ')} so far\n`;
}

function findingLines(finding: VerifyFinding, style: Style): readonly string[] {
  const { image, platform, alsoIn, message, mend } = finding;
  const place = [image, ...(platform === undefined ? [] : [platform])].map(printableLine).join(' ');
  return [
    `${style.red(style.bold(place))}: ${problemText(finding)}`,
    ...(message === undefined ? [] : [`  ${style.dim(printableLine(message))}`]),
    ...(alsoIn.length === 0 ? [] : [`  also in ${alsoIn.map(printableLine).join(', ')}`]),
    `  ${style.cyan(mendText(finding, mend))}`,
  ];
}

function problemText({
  problem,
  tag,
  digest = '',
  blob = 'layer',
  expected = '',
  actual = '',
  actualVersion,
}: VerifyFinding): string {
  const name = printableLine(tag);
  const of = `of the index that ${name} names`;
  switch (problem) {
    case 'tag-missing':
      return `the tag ${name} is not there${expected === '' ? '' : `; it is to name ${expected}`}`;
    case 'tag-elsewhere':
      return `the tag ${name} names ${actual}${actualVersion === undefined ? '' : ` (${printableLine(actualVersion)})`}, and is to name ${expected}`;
    case 'tag-foreign':
      return `the tag ${name} names ${actual}, which is no index of this image`;
    case 'manifest-missing':
      return `the manifest ${digest} ${of} is not there`;
    case 'manifest-wrong':
      return `the manifest ${digest} ${of} is none`;
    case 'platform-wrong':
      return `the config ${digest} ${of} is of ${printableLine(actual)}, not ${printableLine(expected)}`;
    case 'blob-missing':
      return `the ${blob} ${digest} ${of} is not there`;
    case 'blob-damaged':
      return `the ${blob} ${digest} ${of} is damaged`;
    case 'size-wrong':
      return `${digest} ${of} has ${actual} bytes in the registry, and is to have ${expected}`;
  }
}

function mendText({ tag }: VerifyFinding, { by, task }: Mend): string {
  const run = `npx nx run ${printableLine(task)}`;
  switch (by) {
    case 'run':
      return `mend it by a run that publishes: ${run}`;
    case 'rebuild':
      return `mend it by building anew, with what is FROM it: ${run} --rebuild`;
    case 'hold':
      return `mend it by holding another version in build-config.yaml, or none; then ${run}`;
    case 'delete':
      return `hephy never overwrites this tag: delete ${printableLine(tag)} in the registry, then ${run}`;
  }
}

function summary({ images, findings, checked, deep }: Verification, style: Style): string {
  const published = images.filter((image) => image.published).length;
  const looked = [
    amount(published, 'image'),
    amount(checked.tags, 'tag'),
    amount(checked.indexes, 'index', 'indexes'),
    amount(checked.manifests, 'manifest'),
    amount(checked.blobs, 'blob'),
  ].join(', ');
  if (findings.length > 0) return `${style.red(amount(findings.length, 'finding'))} in ${looked}`;
  if (published === 0) return 'nothing is published';
  const all = images.some(({ notKnown = [] }) => notKnown.length > 0) ? 'all that is known of is there' : 'all there';
  return `${style.green(all)}${deep ? ', and all read and right' : ''}: ${looked}`;
}

function amount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
