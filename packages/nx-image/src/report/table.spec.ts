import { buildResult, digestOf, imageResult, manifestResult, prepareResult } from '../../testing/results';
import type { ImageResult } from './result';
import { pullReferences } from './reference-lines';
import { imageTable } from './table';

const base = imageResult({
  image: 'minimal-base-image',
  builds: [
    buildResult({ outcome: 'reused', reason: 'same inputs', seconds: { total: 0.1 } }),
    buildResult({
      platform: 'linux/arm64',
      outcome: 'reused',
      reason: 'same inputs',
      digest: digestOf('5e'),
      seconds: { total: 0.1 },
    }),
  ],
  manifest: manifestResult({
    outcome: 'reused',
    reason: 'same platforms',
    seconds: { total: 0.2 },
    versionTag: 'minimal-base-image-20261101-0123abc',
    tags: [{ tag: 'minimal-base-image-20261101-0123abc', state: 'kept', digest: digestOf('8c') }],
  }),
});

const web = imageResult({
  image: 'web',
  builds: [
    buildResult({
      platform: 'linux/arm64',
      digest: digestOf('5e'),
      size: 999_999_999,
      seconds: { wait: 15, total: 200 },
      tags: ['in-00ff', 'push-a1-arm64', 'web-20261122-a1b2c3d-arm64'],
      notes: ['3 files in /opt/emulators are of linux/amd64'],
    }),
    buildResult({ tags: ['in-00fe', 'web-20261122-a1b2c3d-amd64'] }),
  ],
  manifest: manifestResult({
    started: '2026-11-22T10:03:20.000Z',
    seconds: { total: 2 },
    versionTag: 'web-20261122-a1b2c3d',
    tags: [
      { tag: 'web-20261122-a1b2c3d', state: 'written' },
      { tag: 'web-v1', state: 'fixed', digest: digestOf('77') },
      { tag: 'web-latest', state: 'withheld' },
    ],
  }),
});

const lib = imageResult({
  image: 'lib',
  builds: [
    buildResult({
      outcome: 'failed',
      reason: 'exit code 42',
      error: { code: 'BUILD_RUN_FAILED', message: 'RUN false ended with exit code 42.', output: [] },
    }),
  ],
  manifest: manifestResult({ outcome: 'skipped', reason: 'linux/amd64 was not built and so there is no index' }),
});
for (const failed of [lib.builds[0], lib.manifest]) {
  delete failed?.digest;
  delete (failed as { size?: number }).size;
}

describe('imageTable', () => {
  it('reads well at 80 columns', () => {
    expect(imageTable([web, lib, base], { width: 80, color: false })).toBe(
      [
        'image               outcome                         digest           size   time',
        'lib                 skipped because linux/amd64                             2.0s',
        '                    was not built and so there is',
        '                    no index',
        '  linux/amd64       failed BUILD_RUN_FAILED                                 2.0s',
        'minimal-base-image  reused: same platforms          8c8c8c8c8c8c  4.19 MB   0.3s',
        '  linux/amd64       reused: same inputs             4f4f4f4f4f4f  2.10 MB   0.1s',
        '  linux/arm64       reused: same inputs             5e5e5e5e5e5e  2.10 MB   0.1s',
        '  pull   localhost:5000/hephy:minimal-base-image-20261101-0123abc',
        'web                 built: a platform is new        8c8c8c8c8c8c  1.00 GB  3m07s',
        '  linux/amd64       built                           4f4f4f4f4f4f  2.10 MB   2.0s',
        '  linux/arm64       built                           5e5e5e5e5e5e  1.00 GB  3m05s',
        '  why    nothing made of these inputs is in the registry',
        '  pull   localhost:5000/hephy:web-20261122-a1b2c3d',
        '         localhost:5000/hephy:web-20261122-a1b2c3d-amd64',
        '         localhost:5000/hephy:web-20261122-a1b2c3d-arm64',
        '  stays  web-v1 at 777777777777: it is fixed, and a fixed tag is never',
        '         overwritten',
        '         web-latest: public tags move only in a publishing run',
        '  note   linux/arm64: 3 files in /opt/emulators are of linux/amd64',
      ].join('\n'),
    );
  });

  it('says more at 200 columns', () => {
    const lines = imageTable([web, lib, base], { width: 200, color: false }).split('\n');
    expect(lines).toContain(
      'lib                 skipped because linux/amd64 was not built and so there is no index                          2.0s',
    );
    expect(lines).toContain(
      '  linux/amd64       built: nothing made of these inputs is in the registry              4f4f4f4f4f4f  2.10 MB   2.0s',
    );
    expect(lines).toContain('  stays  web-v1 at 777777777777: it is fixed, and a fixed tag is never overwritten');
  });

  it('says whose a reason is, where the platforms have several', () => {
    const moved = 'base docker.io/library/alpine:3.22 moved sha256:aaaaaaaaaaaa… → sha256:bbbbbbbbbbbb…';
    const builds = web.builds.map((one, index) => (index === 0 ? { ...one, reason: moved } : one));
    const lines = imageTable([{ ...web, builds }], { width: 80, color: false }).split('\n');
    expect(lines.slice(4, 8)).toEqual([
      '  why    linux/amd64: nothing made of these inputs is in the registry',
      '         linux/arm64: base docker.io/library/alpine:3.22 moved',
      '         sha256:aaaaaaaaaaaa… → sha256:bbbbbbbbbbbb…',
      '  pull   localhost:5000/hephy:web-20261122-a1b2c3d',
    ]);
  });

  it('never cuts a reference', () => {
    const repository = `registry.example/${'team/'.repeat(20)}images`;
    expect(imageTable([{ ...web, repository }], { width: 80, color: false })).toContain(
      `  pull   ${repository}:web-20261122-a1b2c3d\n`,
    );
  });

  it('names a digest where nothing has a tag', () => {
    const untagged = imageResult({ builds: [buildResult()], manifest: manifestResult() });
    expect(imageTable([untagged], { width: 120, color: false })).toContain(
      `  pull   localhost:5000/hephy@${digestOf('8c')}`,
    );
    const single = imageResult({ builds: [buildResult()] });
    expect(imageTable([single], { width: 120, color: false }).split('\n')).toEqual([
      expect.stringContaining('image'),
      expect.stringMatching(/^web {12}not published/),
      expect.stringContaining('linux/amd64'),
      `  pull   localhost:5000/hephy@${digestOf('4f')}`,
    ]);
  });

  it('names the digest of an index whose tags were withheld, for they are not there', () => {
    const tags = ['web-20261122-a1b2c3d', 'web-latest'].map((tag) => ({ tag, state: 'withheld' as const }));
    const withheld = imageResult({
      builds: [buildResult({ tags: ['in-1', 'web-20261122-a1b2c3d-amd64'] })],
      manifest: manifestResult({ versionTag: 'web-20261122-a1b2c3d', tags }),
    });
    expect(pullReferences(withheld)).toEqual([
      `localhost:5000/hephy@${digestOf('8c')}`,
      'localhost:5000/hephy:web-20261122-a1b2c3d-amd64',
    ]);
  });

  it('has a line for an image that failed before its builds', () => {
    const error = { code: 'UPSTREAM_REF_MISSING', message: 'no such ref', output: [] };
    const failed = imageResult({ prepare: prepareResult({ outcome: 'failed', error }) });
    expect(imageTable([failed], { width: 80, color: false }).split('\n')[1]).toBe(
      'web    failed UPSTREAM_REF_MISSING                2.0s',
    );
  });

  it('has a line for each way of ending', () => {
    const of = (outcome: ImageResult['builds'][number]['outcome'], platform: string) =>
      buildResult({ outcome, platform, reason: 'said so' });
    const text = imageTable(
      [imageResult({ builds: [of('cancelled', 'linux/amd64'), of('timed out', 'linux/arm64')] })],
      { width: 80, color: false },
    );
    expect(text).toContain('linux/amd64  cancelled: said so');
    expect(text).toContain('linux/arm64  timed out: said so');
  });

  it('colours only when asked, and then the same text', () => {
    const coloured = imageTable([web, lib, base], { width: 80, color: true });
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(coloured.replace(/\u001b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(
      imageTable([web, lib, base], { width: 80, color: false }),
    );
    expect(coloured).toContain('\u001b[31mfailed BUILD_RUN_FAILED\u001b[39m');
    expect(coloured).toContain('\u001b[32mbuilt');
  });

  it('is nothing for nothing', () => {
    expect(imageTable([], { width: 80, color: false })).toBe('');
  });
});
