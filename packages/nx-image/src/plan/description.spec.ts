import fc from 'fast-check';
import type { ImageUse } from '../dockerfile/dockerfile';
import { describePlatform, isDescribed, type Description, type PlatformDescription } from './description';
import { formatDescription, parseDescription } from './description-text';
import type { PlannedPin } from './pin-all';

const digest = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`;
const INPUTS = {
  platform: { os: 'linux', architecture: 'amd64' },
  context: digest('1'),
  dockerfile: digest('2'),
  target: undefined,
  args: { VERSION: '1.10', TOKEN: 'swordfish' },
  labels: { team: 'secretive' },
  bases: [],
  builder: 'kaniko',
  flags: ['--reproducible'],
  epoch: '0',
  period: undefined,
};

function pin(written: string, own: string | undefined, index: `sha256:${string}` | undefined): PlannedPin {
  const use = { written, own } as ImageUse;
  const reference = `docker.io/library/${written}`;
  return {
    use,
    pin: {
      ...{ kind: 'digest', reference, repository: 'docker.io/library/x', digest: digest('5'), identity: digest('5') },
      ...{ index, onBuild: [{ reference: 'docker.io/library/on:1', index: digest('7'), digest: digest('8') }] },
      onBuildArgs: [],
    },
  };
}

describe('describePlatform', () => {
  it('has names and hashes, and no values', () => {
    const text = JSON.stringify(describePlatform(INPUTS, []));
    for (const value of ['swordfish', '1.10', 'secretive']) expect(text).not.toContain(value);
    for (const name of ['TOKEN', 'VERSION', 'team']) expect(text).toContain(name);
  });

  it('names bases as they are found again: with their index, own ones by their tag, those of ONBUILD too, each once', () => {
    const pins = [
      pin('alpine:3', undefined, digest('4')),
      pin('x:base-1', 'base-1', undefined),
      pin('alpine:3', undefined, digest('4')),
    ];
    expect(describePlatform(INPUTS, pins).bases).toEqual([
      { name: 'docker.io/library/alpine:3', index: '4'.repeat(16), child: '5'.repeat(16) },
      { name: 'docker.io/library/on:1', index: '7'.repeat(16), child: '8'.repeat(16) },
      { name: 'base-1', child: '5'.repeat(16) },
    ]);
  });
});

describe('formatDescription', () => {
  const one = describePlatform(INPUTS, [pin('alpine:3', undefined, digest('4'))]);
  const both: Description = {
    platforms: { 'linux/amd64': one, 'linux/arm64': { ...one, key: 'f'.repeat(64), target: 'debug' } },
  };

  it('is read back as it was, and says once what platforms have in common', () => {
    const text = formatDescription(both);
    expect(parseDescription(text)).toEqual(both);
    expect(text.match(/TOKEN/g)).toHaveLength(1);
  });

  it('keeps below 4 KB: the keys alone where all would be longer', () => {
    const args = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`ARG_${n}`, 'abcdefab']));
    const text = formatDescription({ platforms: { 'linux/amd64': { ...one, args } } });
    expect(text.length).toBeLessThan(4096);
    const read = parseDescription(text)?.platforms['linux/amd64'];
    expect(read).toEqual({ key: one.key });
    expect(isDescribed(read)).toBe(false);
  });

  it('reads nothing out of what others wrote there', () => {
    const wrong = ['', '{}', '[]', 'null', '{"all":1}', '{"linux/amd64":{}}', '{"linux/amd64":{"key":"k"}}'];
    const bad: Partial<Record<keyof PlatformDescription, unknown>>[] = [{ bases: [{}] }, { args: [] }, { flags: [1] }];
    for (const change of bad) wrong.push(JSON.stringify({ 'linux/amd64': { ...one, ...change } }));
    for (const text of wrong) expect(parseDescription(text)).toBeUndefined();
    fc.assert(
      fc.property(fc.json(), (text) => {
        parseDescription(text);
      }),
    );
  });
});
