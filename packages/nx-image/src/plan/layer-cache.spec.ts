import { factsOf, imageOf } from '../../testing/facts';
import { planLayerCache, withoutOldLayers } from './layer-cache';

const HOUR = 3600 * 1000;
const platform = { os: 'linux', architecture: 'arm64' };
// A Friday.
const facts = factsOf({ started: '2026-11-20T06:00:00.000Z' });
const cacheOf = (maxAge?: number) =>
  planLayerCache(imageOf('web', { cache: true, ...(maxAge === undefined ? {} : { maxAge }) }).config, platform, facts);

describe('planLayerCache', () => {
  it('has none unless the config wants one', () => {
    expect(planLayerCache(imageOf('web', { maxAge: HOUR }).config, platform, facts)).toEqual({});
  });

  it('takes no layer that was made before the period', () => {
    expect(cacheOf().cacheMaxAge).toBeUndefined();
    expect(cacheOf(7 * 24 * HOUR).cacheMaxAge).toBe((4 * 24 + 6) * HOUR);
    expect(cacheOf(24 * HOUR).cacheMaxAge).toBe(6 * HOUR);
    expect(cacheOf(HOUR).cacheMaxAge).toBe(0);
  });

  it('takes none at all for what is built anew for once, and leaves new ones', () => {
    expect(withoutOldLayers(cacheOf())).toEqual({ ...cacheOf(), cacheMaxAge: 0 });
  });
});
