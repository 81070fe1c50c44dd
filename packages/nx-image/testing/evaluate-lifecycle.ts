/** As ECR documents rules: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules */
export interface TestRule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any';
    readonly tagPatternList?: readonly string[];
    readonly tagPrefixList?: readonly string[];
    readonly countType: 'sinceImagePushed' | 'imageCountMoreThan';
    readonly countNumber: number;
  };
}

/** A manifest or an index, as ECR has it. */
export interface EcrImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Days ago. */
  readonly age: number;
}

/** Digests that the policy expires. */
export function evaluateLifecycle(rules: readonly TestRule[], images: readonly EcrImage[]): ReadonlySet<string> {
  const ordered = [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
  const marked = ordered.map((rule) => markedBy(rule, images));
  const expired = new Set<string>();
  for (const image of images) {
    // "An image that matches the tagging requirements of a rule cannot be expired by a rule with a lower priority."
    const first = ordered.findIndex((rule) => isSelected(rule, image));
    if (marked[first]?.has(image.digest) === true) expired.add(image.digest);
  }
  return expired;
}

function markedBy({ selection, ...rule }: TestRule, images: readonly EcrImage[]): ReadonlySet<string> {
  const selected = images.filter((image) => isSelected({ selection, ...rule }, image));
  if (selection.countType === 'sinceImagePushed') {
    return new Set(selected.filter(({ age }) => age > selection.countNumber).map(({ digest }) => digest));
  }
  const youngest = [...selected].sort((a, b) => a.age - b.age);
  return new Set(youngest.slice(selection.countNumber).map(({ digest }) => digest));
}

/** "… is successfully matched if all of the tags in the value are matched against any of the image's tags." */
function isSelected({ selection }: TestRule, { tags }: EcrImage): boolean {
  switch (selection.tagStatus) {
    case 'any':
      return true;
    case 'untagged':
      return tags.length === 0;
    case 'tagged': {
      const patterns = selection.tagPatternList ?? selection.tagPrefixList?.map((prefix) => `${prefix}*`) ?? [];
      return patterns.every((pattern) => tags.some((tag) => matches(pattern, tag)));
    }
  }
}

function matches(pattern: string, tag: string): boolean {
  const [begin = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return tag === pattern;
  const escaped = parts.map((part) => part.replace(/[.]/g, String.raw`\.`));
  return new RegExp(`^${begin.replace(/[.]/g, String.raw`\.`)}.*${escaped.join('.*')}$`).test(tag);
}
