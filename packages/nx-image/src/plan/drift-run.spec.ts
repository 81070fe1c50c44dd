import type { ImageDrift } from './drift';
import { planDriftRun } from './drift-run';

const DEPENDENTS: Readonly<Record<string, readonly string[]>> = {
  base: ['app', 'tool'],
  app: ['shop'],
  tagged: ['ontag'],
  ontag: ['shop'],
};
const projects = {
  nameOf: (root: string) => root.replace('images/', ''),
  dependents: (project: string) => DEPENDENTS[project] ?? [],
};

function drift(image: string, more: Partial<ImageDrift> = {}): ImageDrift {
  return { image, root: `images/${image}`, published: true, changes: [], parents: [], unknown: [], ...more };
}
const moved = (image: string) => drift(image, { changes: [{ kind: 'upstream', how: 'moved' }] });
const tagged = drift('tagged', { tag: { repo: 'r', ref: 'refs/tags/v1', from: 'a', to: 'b' } });
const plan = (asked: readonly ImageDrift[], parents: readonly ImageDrift[] = []) =>
  planDriftRun({ asked, parents }, projects);

it('builds what moved and all that is FROM it, once', () => {
  expect(plan([moved('base'), moved('app'), drift('tool')])).toEqual({
    projects: ['app', 'base', 'shop', 'tool'],
    held: [],
  });
});

it('builds nothing where nothing moved, or where nobody knows', () => {
  expect(plan([drift('base'), drift('app', { unknown: [{ message: 'silence' }] })])).toEqual({
    projects: [],
    held: [],
  });
});

it('builds no image whose tag moved, nor what nx would build it for', () => {
  expect(plan([tagged])).toEqual({ projects: [], held: [] });
  expect(plan([{ ...moved('tagged'), ...tagged, changes: moved('x').changes }])).toEqual({
    projects: [],
    held: [
      { project: 'ontag', by: 'tagged' },
      { project: 'shop', by: 'tagged' },
    ],
  });
  expect(plan([tagged, moved('app')])).toEqual({ projects: ['app'], held: [{ project: 'shop', by: 'tagged' }] });
  expect(plan([moved('ontag')], [tagged])).toMatchObject({ projects: [] });
});
