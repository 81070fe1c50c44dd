import { factsOf } from '../../testing/facts';
import { additionalTag, archTag, readableInputTags, scratchTag, versionTag, writableInputTag } from './tags';

const ARM64 = { os: 'linux', architecture: 'arm64' };
const KEY = 'ab'.repeat(32);

describe('tags', () => {
  it('names a version by day and commit, in UTC', () => {
    expect(versionTag(factsOf(), 'web')).toBe('web-20261120-1a2b3c4');
    expect(archTag(factsOf(), 'web', ARM64)).toBe('web-20261120-1a2b3c4-arm64');
    expect(archTag(factsOf(), 'web', { os: 'linux', architecture: 'arm', variant: 'v7' })).toBe(
      'web-20261120-1a2b3c4-arm-v7',
    );
  });

  it('counts what the same day and commit made again', () => {
    expect(versionTag(factsOf(), 'web', 2)).toBe('web-20261120-1a2b3c4-2');
    expect(archTag(factsOf(), 'web', ARM64, 2)).toBe('web-20261120-1a2b3c4-2-arm64');
  });

  it('says that the tree was changed', () => {
    expect(versionTag(factsOf({ dirty: 'c0ffee' }), 'web')).toBe('web-20261120-1a2b3c4-dirty-c0ffee');
  });

  it('puts all that an untrusted run writes under its scope, and reads trusted inputs first', () => {
    const facts = factsOf({ scope: 'mr12', publish: false });
    expect(versionTag(facts, 'web')).toMatch(/^mr12-/);
    expect(archTag(facts, 'web', ARM64)).toMatch(/^mr12-/);
    expect(additionalTag(facts, 'web', 'latest')).toBe('mr12-web-latest');
    expect(scratchTag(facts, 'web', ARM64)).toMatch(/^mr12-push-/);
    expect(writableInputTag(facts, KEY)).toBe(`mr12-in-${KEY}`);
    expect(readableInputTags(facts, KEY)).toEqual([`in-${KEY}`, `mr12-in-${KEY}`]);
  });

  it('never reads the scopes of others in a trusted run', () => {
    expect(readableInputTags(factsOf(), KEY)).toEqual([`in-${KEY}`]);
  });

  it('gives each image of a run a scratch tag of its own', () => {
    expect(scratchTag(factsOf(), 'web', ARM64)).toMatch(/^push-[0-9a-f]{16}-arm64$/);
    expect(scratchTag(factsOf(), 'web', ARM64)).not.toBe(scratchTag(factsOf(), 'api', ARM64));
    expect(scratchTag(factsOf({ id: 'ffffffffffff' }), 'web', ARM64)).not.toBe(scratchTag(factsOf(), 'web', ARM64));
  });
});
