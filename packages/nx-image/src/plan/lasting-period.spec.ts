import { INPUTS as DESCRIBED } from '../../testing/results';
import { digestOf } from '../oci/digest';
import type { Description } from './description';
import { inputKey, type PlatformInputs } from './input-key';
import { lastingPeriod } from './lasting-period';

const STARTED = '2026-11-25T12:00:00.000Z';
const INPUTS: PlatformInputs = {
  platform: { os: 'linux', architecture: 'amd64' },
  context: digestOf('context'),
  dockerfile: digestOf('FROM scratch'),
  target: undefined,
  args: {},
  labels: {},
  bases: [],
  builder: 'kaniko',
  flags: [],
  epoch: '0',
  period: undefined,
};

/** What an image built in a period says of itself. */
function built(period: string | undefined, change: Partial<PlatformInputs> = {}): Description['platforms'][string] {
  const key = inputKey({ ...INPUTS, period, ...change });
  return { ...DESCRIBED, key, ...(period === undefined ? {} : { period }) };
}

const lasting = (period: string | undefined, last: Description['platforms'][string] | undefined) =>
  lastingPeriod({ ...INPUTS, period }, STARTED, last);

describe('lastingPeriod', () => {
  it('is that of the run for what was never built in another', () => {
    expect(lasting(undefined, undefined)).toBeUndefined();
    expect(lasting('2026-11-23/7d', undefined)).toBe('2026-11-23/7d');
    expect(lasting('2026-11-23/7d', built(undefined))).toBe('2026-11-23/7d');
    expect(lasting('2026-11-23/7d', built('2026-11-23/7d'))).toBe('2026-11-23/7d');
  });

  it('is a new one when the last is over', () => {
    expect(lasting('2026-11-23/7d', built('2026-11-16/7d'))).toBe('2026-11-23/7d');
    expect(lasting('2026-11-25/1d', built('2026-11-23/7d'))).toBe('2026-11-25/1d');
  });

  it('is the last where age does not matter any more, or less', () => {
    expect(lasting(undefined, built('2025-01-06/7d'))).toBe('2025-01-06/7d');
    expect(lasting('2026-11-23/7d', built('2026-11-24/1d'))).toBe('2026-11-24/1d');
    expect(lasting('2026-11-16/14d', built('2026-11-24T12/36h'))).toBe('2026-11-24T12/36h');
  });

  it('is not that of an image made of something else, or of nobody knows what', () => {
    expect(lasting(undefined, built('2026-11-16/7d', { epoch: '1' }))).toBeUndefined();
    expect(lasting(undefined, { ...built('2026-11-16/7d'), key: 'f'.repeat(64) })).toBeUndefined();
    expect(lasting(undefined, { key: inputKey({ ...INPUTS, period: '2026-11-16/7d' }) })).toBeUndefined();
  });

  it.each(['2027-01-04/7d', 'soon', '2026-11-16', '2026-99-99/7d', '', '9'.repeat(100)])('is not %j', (period) => {
    expect(lasting('2026-11-23/7d', built(period))).toBe('2026-11-23/7d');
    expect(lasting(undefined, built(period))).toBeUndefined();
  });
});
