import { lifecyclePolicy } from '../plan/lifecycle-policy';
import { policyJson, pruneText } from './prune-text';
import type { Verification, VerifyFinding } from './verification';
import { verificationText, verifyExitCode } from './verification-text';
import type { WhereUsed } from './where-used';
import { whereUsedText } from './where-used-text';

const plain = { color: false };
const NOTHING: WhereUsed = {
  ...{ version: 1, asked: 'alpine:3.22', subject: { kind: 'base', name: 'docker.io/library/alpine:3.22' } },
  ...{ current: false, uses: [], read: 14, silent: [], lost: [] },
};

describe('whereUsedText', () => {
  it('has a line a version and way, and what is not known', () => {
    const base = { name: 'docker.io/library/alpine:3.22', digest: '4bcff63911fcb4448bd4fdacec207030' };
    const use = { digest: 'sha256:1', platforms: ['linux/amd64'] };
    const text = whereUsedText(
      {
        ...NOTHING,
        uses: [
          {
            ...{ ...use, image: 'base', version: 'base-20261121-1a2b3c4', current: true },
            path: [{ name: 'base', version: 'base-20261121-1a2b3c4' }, base],
          },
          {
            ...{ ...use, image: 'web', version: 'web-20261118-9f8e7d6', current: false },
            path: [
              { name: 'web', version: 'web-20261118-9f8e7d6' },
              { name: 'base', version: 'base-20261121-1a2b3c4' },
              base,
            ],
          },
        ],
        silent: ['a', 'b', 'c', 'd', 'e', 'f\u001b[31m'],
        lost: ['web-20200101-1a2b3c4'],
      },
      plain,
    );
    expect(text).toBe(
      [
        'docker.io/library/alpine:3.22: 2 versions of 2 images stand on it, of 14 versions that the repository has.',
        '  base-20261121-1a2b3c4  last  linux/amd64  base ← docker.io/library/alpine:3.22 at 4bcff63911fc',
        '  web-20261118-9f8e7d6         linux/amd64  web ← base-20261121-1a2b3c4 ← docker.io/library/alpine:3.22 at 4bcff63911fc',
        '6 versions say nothing, or not all, of what they are made of: a, b, c, d, e and 1 more',
        '1 version is FROM an image of this repository that no version has: web-20200101-1a2b3c4',
      ].join('\n'),
    );
  });

  it('says in words that nothing stands on it, and what a digest can be', () => {
    expect(whereUsedText(NOTHING, plain)).toBe(
      'Nothing stands on docker.io/library/alpine:3.22, of 14 versions that the repository has.',
    );
    expect(whereUsedText({ ...NOTHING, read: 0 }, plain)).toContain('Nothing is published');
    expect(whereUsedText({ ...NOTHING, subject: { kind: 'digest', name: 'sha256:12345678' } }, plain)).toContain(
      'those of layers and configs (docker’s image IDs) are written down nowhere',
    );
    expect(whereUsedText({ ...NOTHING, subject: { kind: 'base', name: 'x/wbe', near: 'web' } }, plain)).toContain(
      'Did you mean web, of this repository?',
    );
  });
});

describe('verificationText', () => {
  const clean: Verification = {
    ...{ version: 1, deep: false, findings: [], images: [{ image: 'web', published: true }] },
    checked: { tags: 8, indexes: 1, manifests: 2, blobs: 5 },
  };
  const finding: VerifyFinding = {
    ...{
      problem: 'tag-missing',
      image: 'web',
      tag: 'web-latest',
      alsoIn: [],
      mend: { by: 'run', task: 'web:manifest' },
    },
  };

  it('says what it is, where, and what mends it', () => {
    const text = (change: Partial<VerifyFinding>) =>
      verificationText({ ...clean, findings: [{ ...finding, ...change }] }, plain)
        .split('\n')
        .slice(0, -1);
    expect(text({})).toEqual([
      'web: the tag web-latest is not there',
      '  mend it by a run that publishes: npx nx run web:manifest',
    ]);
    const layer = { platform: 'linux/arm64', digest: 'sha256:1', blob: 'layer' as const };
    const rebuild = { by: 'rebuild' as const, task: 'web:manifest' };
    expect(text({ ...layer, problem: 'blob-missing', alsoIn: ['api linux/arm64'], mend: rebuild })).toEqual([
      'web linux/arm64: the layer sha256:1 of the index that web-latest names is not there',
      '  also in api linux/arm64',
      '  mend it by building anew, with what is FROM it: npx nx run web:manifest --rebuild',
    ]);
    expect(
      text({ problem: 'tag-elsewhere', expected: 'sha256:1', actual: 'sha256:2', actualVersion: 'x\u0007' })[0],
    ).toBe('web: the tag web-latest names sha256:2 (x\\x07), and is to name sha256:1');
    expect(text({ mend: { by: 'delete', task: 'web:manifest' } })[1]).toBe(
      '  hephy never overwrites this tag: delete web-latest in the registry, then npx nx run web:manifest',
    );
  });

  it('does not say that all is there where nothing is', () => {
    expect(verificationText(clean, plain)).toBe('all there: 1 image, 8 tags, 1 index, 2 manifests, 5 blobs');
    expect(verificationText({ ...clean, images: [{ image: 'web', published: false }] }, plain)).toBe(
      'not published yet: web\nnothing is published',
    );
    const doubted = { ...clean, images: [{ image: 'web', published: true, notKnown: ['linux/amd64', 'x/\u0007'] }] };
    expect(verificationText(doubted, plain)).toBe(
      [
        'not known of web linux/amd64, x/\\x07: whether reuse finds it; the index does not say by which in- tag',
        'all that is known of is there: 1 image, 8 tags, 1 index, 2 manifests, 5 blobs',
      ].join('\n'),
    );
    const findings = [finding];
    expect([clean, doubted, { ...clean, findings }].map(verifyExitCode)).toEqual([0, 1, 1]);
  });
});

describe('pruneText', () => {
  it('has the policy as ECR takes it, and says that nothing is deleted', () => {
    const policy = lifecyclePolicy(['web']) ?? { rules: [] };
    const text = pruneText(
      { policy, mergeRequestDays: 30, scratchDays: 7, repository: 'team/images', isEcr: true },
      plain,
    );
    expect(text.replace(/\n {2}/g, '\n')).toContain(policyJson(policy));
    expect(text).toContain('hephy sets no policy and deletes nothing');
    expect(text).toContain('--repository-name team/images');
    expect(text).toContain('Images whose directory is gone are not protected');
    expect(text).toMatch(/forced rebuild .* push- tag/s);
  });
});
