import { factsOf } from '../../testing/facts';
import type { Digest } from '../oci/digest';
import type { RegistryClient } from '../registry/registry';
import { freeVersionTag } from './write-tags';

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`;
const CHILDREN = [
  { platform: { os: 'linux', architecture: 'amd64' }, digest: digest('a') },
  { platform: { os: 'linux', architecture: 'arm64' }, digest: digest('b') },
];

function free(tags: Readonly<Record<string, Digest>>, scope?: string): Promise<string> {
  const registry = {
    headManifest: ({ tag = '' }) => Promise.resolve(tags[tag]),
  } satisfies Pick<RegistryClient, 'headManifest'>;
  return freeVersionTag(registry as unknown as RegistryClient, factsOf({ scope }), 'web', CHILDREN);
}

describe('freeVersionTag', () => {
  const version = 'web-20261120-1a2b3c4';

  it('is the first where nothing is there, or only what the index has', async () => {
    expect(await free({})).toBe(version);
    expect(await free({ [`${version}-amd64`]: digest('a'), [`${version}-arm64`]: digest('b') })).toBe(version);
  });

  it('is the next where another index has it', async () => {
    expect(await free({ [version]: digest('c'), [`${version}-2`]: digest('d') })).toBe(`${version}-3`);
  });

  it('is the next where a platform of an attempt without an index has its name', async () => {
    expect(await free({ [`${version}-amd64`]: digest('c'), [`${version}-2-amd64`]: digest('a') })).toBe(`${version}-2`);
  });

  it('is the first for an untrusted run, whose tags move', async () => {
    expect(await free({ [`mr7-${version}`]: digest('c'), [`mr7-${version}-amd64`]: digest('c') }, 'mr7')).toBe(
      `mr7-${version}`,
    );
  });
});
