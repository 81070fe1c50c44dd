import { buildResult, imageResult, manifestResult, prepareResult } from '../../../testing/results';
import type { BuildResult } from '../result';
import { viewPage } from './page-view';
import { kindOf, phasesOf } from './phases';
import { tickSeconds, timelineOf } from './timeline';

const at = (seconds: number) => new Date(Date.parse('2026-11-22T10:00:00.000Z') + seconds * 1000).toISOString();
const lanesOf = (...results: Parameters<typeof viewPage>[0]) =>
  timelineOf(viewPage(results)).map(({ image, ...rest }) => ({ name: image.result.image, ...rest }));
const build = (change: Partial<BuildResult>) => buildResult({ started: at(5), ...change });

describe('timelineOf', () => {
  it('has a lane for the image and one for each platform, on one axis', () => {
    const [entry] = lanesOf(
      imageResult({
        prepare: prepareResult({
          started: at(0),
          seconds: { total: 2 },
          phases: [{ what: 'fetch', at: 0.5, seconds: 1 }],
        }),
        builds: [build({ seconds: { parents: 2, total: 3 }, phases: [{ what: 'build', at: 1, seconds: 2 }] })],
        manifest: manifestResult({ started: at(8), seconds: { total: 1 }, phases: [] }),
      }),
    );
    expect(entry?.lanes).toEqual([
      {
        name: 'image',
        steps: [
          { what: 'preparing', at: 0, seconds: 2 },
          { what: 'index and tags', at: 8, seconds: 1 },
        ],
        segments: [{ what: 'fetch', kind: 'fetch', at: 0.5, seconds: 1 }],
        idle: undefined,
      },
      {
        name: 'linux/amd64',
        steps: [{ what: 'linux/amd64', at: 5, seconds: 3 }],
        segments: [
          { what: 'parents', kind: 'wait', at: 3, seconds: 2 },
          { what: 'build', kind: 'build', at: 6, seconds: 2 },
        ],
        idle: undefined,
      },
    ]);
  });

  it('stands in the order in which work began, with what never began at the end', () => {
    const work = (name: string, wait: number) =>
      imageResult({
        image: name,
        builds: [
          build({
            phases: [
              { what: 'wait', at: 0, seconds: wait },
              { what: 'build', at: wait, seconds: 1 },
            ],
          }),
        ],
      });
    const skipped = imageResult({ image: 'a', builds: [build({ outcome: 'skipped', reason: 'x', seconds: {} })] });
    const entries = lanesOf(skipped, work('b', 9), work('c', 1));
    expect(entries.map(({ name, busy }) => [name, busy])).toEqual([
      ['c', true],
      ['b', true],
      ['a', false],
    ]);
    expect(entries[2]?.lanes[0]).toEqual({ name: 'linux/amd64', steps: [], segments: [], idle: 'skipped' });
  });

  it('leaves out images that the run did not touch', () => {
    const old = imageResult({ image: 'old', run: 'old', builds: [build({ started: at(-9999) })] });
    expect(lanesOf(old, imageResult({ builds: [build({})] })).map(({ name }) => name)).toEqual(['web']);
  });
});

describe('phasesOf', () => {
  it('puts sums one behind the other where the instants are not known', () => {
    expect(phasesOf({ seconds: { push: 1, parents: 4, build: 2, total: 5, wait: 3 } })).toEqual([
      { what: 'wait', at: 0, seconds: 3 },
      { what: 'build', at: 3, seconds: 2 },
      { what: 'push', at: 5, seconds: 1 },
    ]);
  });

  it('takes a word that it does not know for something else', () => {
    expect([kindOf('pull'), kindOf('dream'), kindOf('constructor')]).toEqual(['fetch', 'other', 'other']);
  });
});

describe('tickSeconds', () => {
  it.each([0.05, 1, 7, 9, 61, 875, 7000, 90_000, 5_000_000])('has at most eight ticks for %p seconds', (total) => {
    expect(total / tickSeconds(total)).toBeLessThanOrEqual(8);
  });

  it('takes round numbers', () => {
    expect([1, 40, 875, 7000].map(tickSeconds)).toEqual([0.2, 5, 120, 900]);
  });
});
