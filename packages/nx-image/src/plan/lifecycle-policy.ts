/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html, as far as it is used. */
export interface LifecyclePolicy {
  readonly rules: readonly LifecycleRule[];
}

export interface LifecycleRule {
  readonly rulePriority: number;
  readonly description: string;
  readonly selection: {
    readonly tagStatus: 'tagged';
    /** An image is selected that has, for each of the patterns, a tag that matches it: hence one a rule. */
    readonly tagPatternList: readonly [string];
    readonly countType: 'sinceImagePushed';
    readonly countUnit: 'days';
    readonly countNumber: number;
  };
  readonly action: { readonly type: 'expire' };
}

/** What scratch of builds, and all of merge requests, is kept for. */
export const SCRATCH_DAYS = 7;
export const MERGE_REQUEST_DAYS = 30;

/** A rule that only protects has to have an age too. A hundred years. */
const NEVER_DAYS = 36_500;

/** ECR's quotas, which cannot be raised. */
const MAX_RULES = 50;
export const MAX_POLICY_LENGTH = 30_720;

/** What hephy wrote and nobody needs for long: every manifest of a merge request has one of its two. */
const EXPIRING = [
  { pattern: 'mr*-in-*', days: MERGE_REQUEST_DAYS, what: 'of merge requests' },
  { pattern: 'mr*-push-*', days: MERGE_REQUEST_DAYS, what: 'of builds in merge requests' },
  { pattern: 'push-*', days: SCRATCH_DAYS, what: 'of builds that came to nothing' },
];

/**
 * ECR expires manifests by the day they were pushed, whatever is tagged later, and a manifest goes with all of its tags. What has a tag that a rule selects is
 * expired by that rule or by none: so the classes that must stay come first. Children of an index go by their own tags: `in-…`, and where a forced rebuild
 * took that away, `{version}-{arch}`. undefined: ECR takes fewer rules than these names need.
 * @param images names of all images
 */
export function lifecyclePolicy(images: readonly string[]): LifecyclePolicy | undefined {
  const kept = [
    { pattern: 'in-*', what: 'what reuse trusts' },
    { pattern: 'last-*', what: 'what was published last' },
  ];
  const prefixes = coverNames(images, MAX_RULES - kept.length - EXPIRING.length);
  if (prefixes === undefined) return undefined;
  const protecting = [
    ...kept,
    ...prefixes.map((prefix) => ({ pattern: `${prefix}*`, what: 'versions and public tags' })),
  ];
  const rules = [
    ...protecting.map(({ pattern, what }) => ({ pattern, days: NEVER_DAYS, description: `keep ${what}` })),
    ...EXPIRING.map(({ pattern, days, what }) => ({ pattern, days, description: `expire manifests ${what}` })),
  ];
  return { rules: rules.map(({ pattern, days, description }, place) => ruleOf(place + 1, description, pattern, days)) };
}

function ruleOf(rulePriority: number, description: string, pattern: string, days: number): LifecycleRule {
  return {
    rulePriority,
    description,
    selection: {
      tagStatus: 'tagged',
      tagPatternList: [pattern],
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: days,
    },
    action: { type: 'expire' },
  };
}

/** Beginnings of the tags of all images, at most so many: their names, or as much of them as it takes; never the beginning of what is to expire. */
function coverNames(images: readonly string[], most: number): readonly string[] | undefined {
  const names = images.map((name) => `${name}-`);
  for (let length = Math.max(1, ...names.map((name) => name.length)); length > 0; length -= 1) {
    const prefixes = new Set(names.map((name) => beginningOf(name, length)));
    if (prefixes.size <= most) return [...prefixes].filter((one) => !isCovered(one, prefixes)).sort();
  }
  return undefined;
}

/** At least so many characters. The whole name with its hyphen is no beginning of hephy's own tags: such names are reserved. */
function beginningOf(name: string, length: number): string {
  for (let end = length; end < name.length; end += 1) {
    const prefix = name.slice(0, end);
    if (!'push-'.startsWith(prefix) && !'mr'.startsWith(prefix) && !/^mr\d+$/.test(prefix)) return prefix;
  }
  return name;
}

function isCovered(prefix: string, prefixes: ReadonlySet<string>): boolean {
  return [...prefixes].some((other) => other !== prefix && prefix.startsWith(other));
}
