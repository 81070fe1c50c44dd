import { readRunSeed, RUN_VARIABLE } from './run-seed';

const seed = { id: '0123456789ab', started: '2026-11-20T23:59:58.000Z', parallel: 2, bails: true, showsTable: false };
const read = (value: unknown, env: Readonly<Record<string, string>> = {}) =>
  readRunSeed({ ...env, [RUN_VARIABLE]: JSON.stringify(value) });

describe('readRunSeed', () => {
  it('reads what the plugin left', () => {
    expect(read({ ...seed, rebuild: ['web'] })).toEqual({ ...seed, rebuild: ['web'] });
    expect(read({ ...seed, rebuild: 'all' })).toEqual({ ...seed, rebuild: 'all' });
    expect(read(seed)).toEqual({ ...seed, rebuild: undefined });
  });

  it.each([
    ['true', 'all'],
    ['false', []],
    ['', []],
    ['web,curl', ['web', 'curl']],
    [' web , ', ['web']],
  ])('takes HEPHY_REBUILD=%j where the command line says nothing', (value, rebuild) => {
    expect(read(seed, { HEPHY_REBUILD: value }).rebuild).toEqual(rebuild);
    expect(read({ ...seed, rebuild: ['base'] }, { HEPHY_REBUILD: value }).rebuild).toEqual(['base']);
    expect(read({ ...seed, rebuild: [] }, { HEPHY_REBUILD: value }).rebuild).toEqual([]);
    expect(readRunSeed({ HEPHY_REBUILD: value }).rebuild).toEqual(rebuild);
  });

  it.each([{ rebuild: 1 }, { rebuild: [1] }, { rebuild: 'some' }])('passes over %j', (change) => {
    expect(read({ ...seed, ...change }).rebuild).toBeUndefined();
  });

  it.each([{ id: '../..' }, { started: 'soon' }, { parallel: 0 }])('is a run of its own for %j', (change) => {
    expect(read({ ...seed, ...change })).toMatchObject({ parallel: 1, bails: false });
  });

  it.each([null, 5, 'text', []])('is a run of its own for %j in all', (value) => {
    expect(read(value)).toMatchObject({ parallel: 1, bails: false });
  });
});
