import { factsOf, imageOf } from '../../testing/facts';
import { readDockerfile } from '../dockerfile/read-dockerfile';
import type { Digest } from '../oci/digest';
import type { Pin } from './pin';
import { planPlatform } from './plan-platform';

const platform = { os: 'linux', architecture: 'amd64' };
const digest: Digest = `sha256:${'1'.repeat(64)}`;

function keyOf(value: string, dockerfile: string, onBuildArgs: readonly string[], name = 'WHO'): string | undefined {
  const image = imageOf('web', { buildArgs: [{ name, value }] });
  const options = { path: 'Dockerfile', args: new Map([[name, value]]), platform, builder: 'kaniko' } as const;
  const base: Pin = {
    ...{ kind: 'digest', reference: 'registry.example.com/base:1', repository: 'registry.example.com/base' },
    ...{ digest, index: undefined, identity: digest, onBuild: [], onBuildArgs },
  };
  return planPlatform({
    ...{ image, platform, facts: factsOf(), context: digest },
    dockerfile: readDockerfile(dockerfile, options),
    pinOf: () => base,
  }).inputKey;
}

describe('the input key', () => {
  const plain = 'FROM registry.example.com/base:1\nCOPY . /\n';

  it('has the args that the Dockerfile declares', () => {
    const declared = `${plain}ARG WHO\n`;
    expect(keyOf('alice', declared, [])).not.toBe(keyOf('bob', declared, []));
  });

  it('has those that ONBUILD of a base declares', () => {
    expect(keyOf('alice', plain, ['WHO'])).not.toBe(keyOf('bob', plain, ['WHO']));
  });

  it.each(['HTTP_PROXY', 'no_proxy'])('has %s, which no stage needs to declare', (name) => {
    expect(keyOf('a', plain, [], name)).not.toBe(keyOf('b', plain, [], name));
  });

  it('has no others', () => {
    expect(keyOf('alice', plain, ['TEAM'])).toBe(keyOf('bob', plain, []));
  });
});

describe('the layer cache', () => {
  const stepOf = (scope: string | undefined) =>
    planPlatform({
      ...{ image: imageOf('web', { cache: true }), platform, facts: factsOf({ scope }) },
      ...{ context: undefined, dockerfile: undefined, pinOf: () => never() },
    }).step;

  it('is written by trusted runs alone, and read by all', () => {
    expect(stepOf(undefined)).toMatchObject({ cacheReadOnly: false });
    expect(stepOf('mr7')).toMatchObject({ cacheReadOnly: true });
    expect(stepOf('mr7').cacheRepository).toBe(stepOf(undefined).cacheRepository);
  });
});

function never(): never {
  throw new Error('nothing is pinned');
}
