import { chooseRegistry } from './choose-registry';

const IMAGES = { kind: 'configured', repository: { registry: 'registry.example.com', path: 'team/images' } };

describe('chooseRegistry', () => {
  it.each([
    ['nothing configured', {}, undefined, false, { kind: 'local' }],
    ['ECR_REGISTRY', { ECR_REGISTRY: 'registry.example.com/team/images' }, undefined, true, IMAGES],
    ['a slash at the end', { ECR_REGISTRY: 'registry.example.com/team/images/' }, undefined, false, IMAGES],
    ['the option', {}, 'registry.example.com/team/images', true, IMAGES],
    [
      'ECR_REGISTRY before the option',
      { ECR_REGISTRY: 'registry.example.com/team/images' },
      'other.example.com/x',
      false,
      IMAGES,
    ],
    [
      'the local one, asked for',
      { HEPHY_REGISTRY: 'local', ECR_REGISTRY: 'registry.example.com/team/images' },
      undefined,
      true,
      { kind: 'local' },
    ],
    ['an empty variable', { ECR_REGISTRY: '' }, undefined, false, { kind: 'local' }],
  ] as const)('%s', (_, env, option, ci, expected) => {
    expect(chooseRegistry(env, option, ci)).toEqual(expected);
  });

  it('never falls back to the local registry in CI: a missing protected variable must not look like success', () => {
    expect(() => chooseRegistry({ ECR_REGISTRY: '' }, undefined, true)).toThrow(
      expect.objectContaining({ code: 'REGISTRY_NOT_CONFIGURED' }) as Error,
    );
  });

  it.each([
    'https://registry.example.com/x',
    'registry.example.com',
    'registry.example.com/x:tag',
    '-x/y',
    'a\nb/c',
    '../x',
    'registry.example.com/X',
  ])('refuses %j', (value) => {
    expect(() => chooseRegistry({ ECR_REGISTRY: value }, undefined, false)).toThrow(
      expect.objectContaining({ code: 'REGISTRY_INVALID' }) as Error,
    );
  });

  it.each(['https://bob:hunter2@registry.example.com/x', 'bob:hunter2@registry.example.com/x', 'bob:hun/ter2@x/y'])(
    'keeps the login of %j to itself',
    (value) => {
      expect(() => chooseRegistry({ ECR_REGISTRY: value }, undefined, false)).toThrow(/^ECR_REGISTRY is "[^"]*\*\*\*@/);
      expect(() => chooseRegistry({ ECR_REGISTRY: value }, undefined, false)).not.toThrow(/ter2/);
    },
  );
});
