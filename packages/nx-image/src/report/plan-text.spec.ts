import { digestOf } from '../../testing/results';
import type { Digest } from '../oci/digest';
import type { ImagePlan, PlannedBuild } from '../plan/plan-image';
import type { PlannedPin } from '../plan/pin-all';
import { planText } from './plan-text';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

function pinOf(pin: PlannedPin['pin'], line = 1): PlannedPin {
  const use = {
    instruction: 'FROM',
    written: 'x',
    range: { start: 0, end: 1 },
    line,
    stage: 0,
    reference: 'x',
    platform: { kind: 'target' },
  } as const;
  return { use, pin };
}

function build(change: Partial<PlannedBuild>): PlannedBuild {
  return {
    image: 'web',
    platform: amd64,
    builder: 'kaniko',
    pins: [],
    step: { platform: amd64, destination: 'd', buildArgs: [], labels: {}, reproducible: false, insecure: [] },
    inputs: undefined,
    description: undefined,
    inputKey: undefined,
    inputTag: undefined,
    pinnedDockerfile: undefined,
    archTag: 'web-20261122-a1b2c3d-amd64',
    invocations: [],
    ...change,
  };
}

const plan: ImagePlan = {
  image: 'web',
  root: 'projects/web',
  repository: 'localhost:5000/hephy',
  versionTag: 'web-20261122-a1b2c3d',
  publicTags: [
    { tag: 'web-v1', moving: false },
    { tag: 'web-latest', moving: true },
  ],
  publish: false,
  platforms: [
    build({
      pins: [
        pinOf({
          kind: 'digest',
          reference: 'docker.io/library/alpine:3.22',
          repository: 'docker.io/library/alpine',
          digest: digestOf('4f') as Digest,
          identity: digestOf('5e') as Digest,
          index: undefined,
          onBuild: [],
          onBuildArgs: [],
        }),
      ],
      inputTag: `in-${'0a'.repeat(32)}`,
      invocations: [{ name: 'executor', arguments: ['--context=dir:///context', "--build-arg=A=it's b"], env: {} }],
    }),
    build({
      platform: arm64,
      archTag: 'web-20261122-a1b2c3d-arm64',
      pins: [
        pinOf({ kind: 'pending', image: 'base', platform: arm64 }),
        pinOf({ kind: 'unresolved', reference: 'docker.io/library/go:1', platform: arm64 }, 7),
      ],
    }),
  ],
};

describe('planText', () => {
  it('says what would run', () => {
    expect(planText([plan], { color: false })).toBe(
      [
        'web  projects/web → localhost:5000/hephy',
        '  linux/amd64',
        '    base   docker.io/library/alpine:3.22 at 4f4f4f4f4f4f  (FROM, line 1)',
        `    reuse  in-${'0a'.repeat(32)}`,
        '    tag    web-20261122-a1b2c3d-amd64',
        '    run    executor',
        '             --context=dir:///context',
        "             '--build-arg=A=it'\\''s b'",
        '  linux/arm64',
        '    base   base for linux/arm64, as this run leaves it  (FROM, line 1)',
        '           docker.io/library/go:1, still to be asked for  (FROM, line 7)',
        '    reuse  not known before base is built, docker.io/library/go:1 is resolved',
        '    tag    web-20261122-a1b2c3d-arm64',
        '  index of linux/amd64, linux/arm64',
        '    tag    web-20261122-a1b2c3d',
        '           web-v1  (fixed, withheld: this is no publishing run)',
        '           web-latest  (moves, withheld: this is no publishing run)',
      ].join('\n'),
    );
  });

  it('says which tags a publishing run writes last, and what waits for the source', () => {
    const text = planText([{ ...plan, publish: true, platforms: [build({})] }, plan], { color: false });
    expect(text).toContain('           web-latest  (moves, last)');
    expect(text).toContain('    reuse  not known before the source is fetched');
    expect(text.split('\n\n')).toHaveLength(2);
  });

  it('colours only when asked', () => {
    expect(planText([plan], { color: false })).not.toContain('\u001b');
    expect(planText([plan], { color: true })).toContain('\u001b[1mweb\u001b[22m');
  });
});
