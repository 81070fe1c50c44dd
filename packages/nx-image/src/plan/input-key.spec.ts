import fc from 'fast-check';
import { canonicalJson } from './canonical-json';
import { inputKey, type PlatformInputs } from './input-key';

const digest = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`;

const INPUTS: PlatformInputs = {
  platform: { os: 'linux', architecture: 'amd64' },
  context: digest('1'),
  dockerfile: digest('2'),
  target: undefined,
  args: { VERSION: '1.10', TOKEN: 'swordfish' },
  labels: { team: 'a' },
  bases: [`alpine:3@${digest('3')}`, `busybox@${digest('4')}`],
  builder: 'kaniko',
  flags: ['--use-new-run'],
  epoch: '',
  period: undefined,
};

describe('inputKey', () => {
  const changes: Record<string, Partial<PlatformInputs>> = {
    platform: { platform: { os: 'linux', architecture: 'arm64' } },
    variant: { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
    context: { context: digest('9') },
    dockerfile: { dockerfile: digest('9') },
    target: { target: 'debug' },
    'an arg': { args: { VERSION: '1.1', TOKEN: 'swordfish' } },
    'no args': { args: {} },
    labels: { labels: {} },
    'a base': { bases: [`alpine:3@${digest('9')}`, `busybox@${digest('4')}`] },
    'the order of bases': { bases: [...INPUTS.bases].reverse() },
    builder: { builder: 'buildah' },
    flags: { flags: [] },
    epoch: { epoch: '2' },
    period: { period: '2026-11-16/7d' },
  };
  it.each(Object.keys(changes))('changes with %s', (name) => {
    expect(inputKey({ ...INPUTS, ...changes[name] })).not.toBe(inputKey(INPUTS));
  });

  it('does not depend on the order in which args and labels are written', () => {
    expect(inputKey({ ...INPUTS, args: { TOKEN: 'swordfish', VERSION: '1.10' } })).toBe(inputKey(INPUTS));
  });

  it('takes a default variant for none', () => {
    const platform = { os: 'linux', architecture: 'amd64', variant: 'v1' };
    expect(inputKey({ ...INPUTS, platform })).toBe(inputKey(INPUTS));
  });

  it('stays what it is: registries are full of these keys', () => {
    expect(inputKey(INPUTS)).toBe('120f3fcad26f6684b4464c9300d1dc6c8fddf1c6fc97c6f36e09607e8590e23b');
  });
});

describe('canonicalJson', () => {
  it('says the same of the same value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))),
        (value) => {
          const reversed = Object.fromEntries(Object.entries(value).reverse());
          expect(canonicalJson(reversed)).toBe(canonicalJson(value));
          expect(JSON.parse(canonicalJson(value))).toEqual(value);
        },
      ),
    );
  });

  it('keeps the order of lists and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [2, 1], a: undefined, c: { d: null } })).toBe('{"b":[2,1],"c":{"d":null}}');
  });
});
