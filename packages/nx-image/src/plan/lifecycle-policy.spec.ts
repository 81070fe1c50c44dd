import fc from 'fast-check';
import { evaluateLifecycle, type EcrImage, type TestRule } from '../../testing/evaluate-lifecycle';
import { lifecyclePolicy, MAX_POLICY_LENGTH, MERGE_REQUEST_DAYS, SCRATCH_DAYS } from './lifecycle-policy';

describe('the evaluator', () => {
  const rule = (rulePriority: number, prefix: string): TestRule => ({
    rulePriority,
    selection: { tagStatus: 'tagged', tagPrefixList: [prefix], countType: 'imageCountMoreThan', countNumber: 1 },
  });
  const image = (digest: string, age: number, ...tags: string[]): EcrImage => ({ digest, age, tags });

  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html, "Filtering on multiple rules"
  it.each([
    [
      'A',
      [image('A', 10, 'beta-1', 'prod-1'), image('B', 9, 'beta-2', 'prod-2'), image('C', 8, 'beta-3')],
      ['prod', 'beta'],
      'A',
    ],
    [
      'B',
      [image('A', 10, 'beta-1', 'prod-1'), image('B', 9, 'beta-2', 'prod-2'), image('C', 8, 'beta-3')],
      ['beta', 'prod'],
      'A,B',
    ],
  ])('does example %s as ECR documents it', (_, images, [first = '', second = ''], expired) => {
    expect([...evaluateLifecycle([rule(1, first), rule(2, second)], images)].join()).toBe(expired);
  });

  it('selects by all patterns of a rule, each matched by any tag', () => {
    const both: TestRule = {
      rulePriority: 1,
      selection: { tagStatus: 'tagged', tagPatternList: ['a*', '*z'], countType: 'sinceImagePushed', countNumber: 1 },
    };
    const images = [image('1', 2, 'a1'), image('2', 2, 'a1', 'xz'), image('3', 2, 'az'), image('4', 2, 'za')];
    expect([...evaluateLifecycle([both], images)]).toEqual(['2', '3']);
  });
});

interface Run {
  readonly image: string;
  readonly kind: string;
  readonly content: Readonly<Record<string, number>>;
  readonly age: number;
}

/** What a run leaves of one image. `content` decides the digests, as a reproducible build's does. */
const RUN: fc.Arbitrary<Run> = fc.record({
  image: fc.constantFrom('kaniko', 'kaniko-debug', 'mrtg', 'pushgateway', 'web', 'last1'),
  kind: fc.constantFrom('published', 'unpublished', 'mr', 'rebuilt', 'failed'),
  content: fc.record({ amd64: fc.nat(2), arm64: fc.nat(2) }),
  age: fc.nat(400),
});

interface Repository {
  readonly tags: Map<string, string>;
  readonly pushed: Map<string, number>;
  readonly children: Map<string, readonly string[]>;
}

/** Tags and manifests as `certify`, `completeArchTags` and `writePublicTags` write them, the oldest run first. */
function repositoryOf(runs: readonly Run[]): Repository {
  const made: Repository = { tags: new Map(), pushed: new Map(), children: new Map() };
  const push = (digest: string, age: number) => {
    if (!made.pushed.has(digest)) made.pushed.set(digest, age);
  };
  for (const [number, { image, kind, content, age }] of [...runs].sort((a, b) => b.age - a.age).entries()) {
    const scope = kind === 'mr' ? `mr${number}-` : '';
    const version = `${scope}${image}-${20_260_000 + number}-1a2b3c4`;
    const children = Object.entries(content).map(([arch, part]) => {
      const key = `${image}-${arch}-${part}`;
      const certified = made.tags.get(`in-${key}`) ?? made.tags.get(`${scope}in-${key}`);
      const digest = kind === 'rebuilt' ? `${key}-again-${number}` : (certified ?? key);
      if (certified === undefined || kind === 'rebuilt') {
        push(digest, age);
        made.tags.set(`${scope}push-${number}-${arch}`, digest);
        if (kind !== 'failed') made.tags.set(`${scope}in-${key}`, digest);
      }
      if (kind !== 'failed') made.tags.set(`${version}-${arch}`, digest);
      return digest;
    });
    if (kind === 'failed') continue;
    const index = `index ${scope}${image} ${children.join()}`;
    push(index, age);
    made.children.set(index, children);
    for (const tag of [`in-${number}`, `last-${image}`]) made.tags.set(`${scope}${tag}`, index);
    if (kind !== 'unpublished') for (const tag of [version, `${scope}${image}-latest`]) made.tags.set(tag, index);
  }
  return made;
}

describe('lifecyclePolicy', () => {
  const names = ['kaniko', 'kaniko-debug', 'mrtg', 'pushgateway', 'web', 'last1'];

  it('expires nothing that a trusted tag stands on, and all that is only scratch or of merge requests', () => {
    fc.assert(
      fc.property(fc.array(RUN, { maxLength: 30 }), (runs) => {
        const { tags, pushed, children } = repositoryOf(runs);
        const tagsOf = (digest: string) => [...tags].flatMap(([tag, one]) => (one === digest ? [tag] : []));
        const images = [...pushed].map(([digest, age]) => ({ digest, age, tags: tagsOf(digest) }));
        const expired = evaluateLifecycle(lifecyclePolicy(names)?.rules ?? [], images);
        const lost = [...tags].filter(([tag, digest]) => {
          const stands = [digest, ...(children.get(digest) ?? [])];
          return !/^(?:push-|mr\d+-)/.test(tag) && stands.some((one) => expired.has(one));
        });
        const left = images.filter(({ digest, tags: all, age }) => {
          const is = (form: RegExp) => all.length > 0 && all.every((tag) => form.test(tag));
          const old = (is(/^push-/) && age > SCRATCH_DAYS) || (is(/^mr\d+-/) && age > MERGE_REQUEST_DAYS);
          return old && !expired.has(digest);
        });
        expect({ lost, left }).toEqual({ lost: [], left: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('needs the rules that protect versions: a forced rebuild takes the certificate from what older versions stand on', () => {
    const policy = lifecyclePolicy(names)?.rules ?? [];
    const child: EcrImage = {
      digest: 'child',
      age: 400,
      tags: ['push-1-amd64', 'web-20260101-1a2b3c4-amd64', 'mr5-web-20260101-1a2b3c4-amd64'],
    };
    expect(evaluateLifecycle(policy, [child]).size).toBe(0);
    expect(
      evaluateLifecycle(
        policy.filter(({ selection }) => selection.tagPatternList[0] !== 'web-*'),
        [child],
      ).size,
    ).toBe(1);
  });

  it('leaves alone what is not of hephy, and what begins as tags of merge requests do', () => {
    const foreign = ['mrtg-v1', 'sha256-abc.sig', 'release-1', 'pushgateway-in-1'].map((tag) => ({
      digest: tag,
      age: 9999,
      tags: [tag],
    }));
    const untagged = { digest: 'untagged', age: 9999, tags: [] };
    expect(evaluateLifecycle(lifecyclePolicy(names)?.rules ?? [], [...foreign, untagged]).size).toBe(0);
  });

  it('keeps within what ECR takes for hundreds of images, and protects each of them', () => {
    const many = Array.from(
      { length: 300 },
      (_, n) => `${'abcdefghijklmnopqrstuvwxyz'[n % 26] ?? ''}${['a', 'e', 'o'][n % 3] ?? ''}-image-${n}`,
    );
    const rules = lifecyclePolicy([...many, 'mr', 'mr1x'])?.rules ?? [];
    expect(rules.length).toBeLessThanOrEqual(50);
    expect(rules.length).toBeGreaterThan(5);
    expect(JSON.stringify({ rules }, null, 2).length).toBeLessThan(MAX_POLICY_LENGTH);
    for (const name of [...many, 'mr', 'mr1x']) {
      const kept = { digest: name, age: 400, tags: [`${name}-20260101-1a2b3c4-amd64`, 'push-1-amd64', 'mr12-in-1'] };
      expect([name, evaluateLifecycle(rules, [kept]).size]).toEqual([name, 0]);
    }
    for (const tag of ['push-0a-amd64', 'mr1-in-1', 'mr7-push-1']) {
      expect(evaluateLifecycle(rules, [{ digest: tag, age: 400, tags: [tag] }]).size).toBe(1);
    }
  });
});
