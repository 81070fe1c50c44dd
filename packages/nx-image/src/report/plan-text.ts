import { formatPlatform } from '../oci/platform';
import type { ImagePlan, PlannedBuild } from '../plan/plan-image';
import type { PlannedPin } from '../plan/pin-all';
import { shortDigest } from './amounts';
import { printableLine } from './printable';
import { quoteWord } from './quote-word';
import { styleOf, type Style } from './style';

/**
 * What would run, for people: references, pins, input tags, the exact argv, a word a line. What a task of the run decides first is said as such.
 * Quoted as a shell would need it, though no shell ever sees it.
 */
export function planText(plans: readonly ImagePlan[], options: { readonly color: boolean }): string {
  const style = styleOf(options.color);
  return plans.map((plan) => imageLines(plan, style).join('\n')).join('\n\n');
}

function imageLines(plan: ImagePlan, style: Style): readonly string[] {
  const platforms = plan.platforms.map(({ platform }) => formatPlatform(platform));
  return [
    `${style.bold(printableLine(plan.image))}  ${printableLine(plan.root)} → ${plan.repository}`,
    ...plan.platforms.flatMap((build) => platformLines(build, style)),
    `  index of ${platforms.join(', ')}`,
    ...lines('tag', [plan.versionTag, ...publicTags(plan)], style),
  ];
}

function publicTags(plan: ImagePlan): readonly string[] {
  return plan.publicTags.map(({ tag, moving }) => {
    const when = plan.publish ? 'last' : 'withheld: this is no publishing run';
    return `${tag}  (${moving ? 'moves' : 'fixed'}, ${when})`;
  });
}

function platformLines(build: PlannedBuild, style: Style): readonly string[] {
  const missing = missingOf(build);
  return [
    `  ${style.cyan(formatPlatform(build.platform))}`,
    ...lines('base', build.pins.map(pinText), style),
    ...lines('reuse', [build.inputTag ?? `not known before ${missing.join(', ')}`], style),
    ...lines('tag', [build.archTag], style),
    ...build.invocations.flatMap(({ name, arguments: words }) =>
      lines(
        'run',
        [name, ...words].map(quoteWord).map((word, index) => (index === 0 ? word : `  ${word}`)),
        style,
      ),
    ),
  ];
}

function pinText({ use, pin }: PlannedPin): string {
  const place = `(${use.instruction}, line ${use.line})`;
  switch (pin.kind) {
    case 'digest':
      return `${printableLine(pin.reference)} at ${shortDigest(pin.digest)}  ${place}`;
    case 'pending':
      return `${printableLine(pin.image)} for ${formatPlatform(pin.platform)}, as this run leaves it  ${place}`;
    case 'unresolved':
      return `${printableLine(pin.reference)}, still to be asked for  ${place}`;
  }
}

/** What the input key waits for. */
function missingOf(build: PlannedBuild): readonly string[] {
  const bases = build.pins.flatMap(({ pin }) => {
    if (pin.kind === 'pending') return [`${printableLine(pin.image)} is built`];
    return pin.kind === 'unresolved' ? [`${printableLine(pin.reference)} is resolved`] : [];
  });
  return bases.length > 0 ? [...new Set(bases)] : ['the source is fetched'];
}

function lines(label: string, texts: readonly string[], style: Style): readonly string[] {
  return texts.map((text, index) => `    ${index === 0 ? style.dim(label.padEnd(7)) : ' '.repeat(7)}${text}`);
}
