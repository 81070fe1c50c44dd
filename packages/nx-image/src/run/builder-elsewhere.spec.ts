import { readPermitted } from './builder-elsewhere';

describe('HEPHY_BUILDS', () => {
  it.each([
    ['', undefined],
    ['[]', []],
    ['["web","kaniko-debug"]', ['web', 'kaniko-debug']],
  ])('%j permits %j', (text, expected) => {
    expect(readPermitted(text)).toEqual(expected);
  });

  it.each(['web', '[1]', '{"web":true}', '"web"', '["web"'])('%j is refused', (text) => {
    expect(() => readPermitted(text)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error);
  });
});
