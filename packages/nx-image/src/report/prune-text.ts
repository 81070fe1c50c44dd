import type { LifecyclePolicy } from '../plan/lifecycle-policy';
import { quoteWord } from './quote-word';
import { styleOf } from './style';

export interface PruneText {
  readonly policy: LifecyclePolicy;
  readonly mergeRequestDays: number;
  readonly scratchDays: number;
  /** The repository's path; undefined: none is configured. */
  readonly repository: string | undefined;
  /** Whether it is in ECR. */
  readonly isEcr: boolean;
}

/** Which class of tags stays and which goes, the policy, what it cannot do, and how it is tried. */
export function pruneText(prune: PruneText, options: { readonly color: boolean }): string {
  const { policy, mergeRequestDays, scratchDays } = prune;
  const style = styleOf(options.color);
  const repository = quoteWord(prune.repository ?? 'team/images');
  const classes = [
    ['in-…, last-…', 'stay: reuse, and every question about what is published, stand on them'],
    ['versions, their platforms', 'stay: an index is pushed today over children of last year'],
    ['additional tags', 'stay'],
    ['mr<n>-…', `go ${mergeRequestDays} days after the push`],
    ['push-…', `go ${scratchDays} days after the push, where nothing came of the build`],
    ['no tag, other tags', 'stay: they may be children of indexes that others pushed'],
  ];
  return [
    style.bold('Tags'),
    ...classes.map(([tags = '', fate = '']) => `  ${tags.padEnd(26)}${fate}`),
    '',
    style.bold('ECR’s lifecycle policy'),
    ...policyJson(policy)
      .split('\n')
      .map((line) => `  ${line}`),
    '',
    style.bold('What it cannot do'),
    '  - Old versions never go. ECR counts from the push of each manifest, and moving or adding a tag does not renew that: what `latest` stands on may be',
    '    older than a version that nobody uses. Those are deleted by hand: npx hephy where-used VERSION says first who is FROM it.',
    '  - The order of the rules is what protects: a manifest has tags of several classes, and is expired by the first rule that one of its tags matches, or',
    '    by none. Change days, not the order; put rules of your own last.',
    '  - It protects the images of this workspace. Make it anew for a new image. Images whose directory is gone are not protected: their versions stay as long',
    '    as each platform has its in- tag. Where a forced rebuild took that away, the child still has its push- tag, and expires by it under an index that stays.',
    '    Keep the directory, or rules of your own for its name, in front of the rules that expire, for as long as somebody pulls it.',
    '',
    prune.isEcr || prune.repository === undefined
      ? 'hephy sets no policy and deletes nothing. See first what ECR would expire:'
      : 'This repository is not in ECR, which alone knows such policies. There one is tried so:',
    '  npx hephy prune --dry-run --json > policy.json',
    `  aws ecr start-lifecycle-policy-preview --repository-name ${repository} --lifecycle-policy-text file://policy.json`,
    `  aws ecr get-lifecycle-policy-preview --repository-name ${repository}`,
    `  aws ecr put-lifecycle-policy --repository-name ${repository} --lifecycle-policy-text file://policy.json`,
  ].join('\n');
}

/** As ECR takes it. */
export function policyJson(policy: LifecyclePolicy): string {
  return JSON.stringify(policy, null, 2);
}
