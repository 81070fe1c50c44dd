import type { Phase } from '../result';
import type { StepResult } from './page-view';

/** Of what is shown in one colour; `other` is a word that this version does not know. */
export const KINDS = ['wait', 'look up', 'fetch', 'build', 'push', 'check', 'other'] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  wait: 'wait (for parents, for a free builder)',
  'look up': 'look up (context, bases, plan, registry)',
  fetch: 'fetch, pull',
  build: 'build',
  push: 'push, publish',
  check: 'check, verify',
  other: 'other',
};

const KIND_OF: Readonly<Record<string, Kind>> = {
  parents: 'wait',
  wait: 'wait',
  context: 'look up',
  resolve: 'look up',
  plan: 'look up',
  registry: 'look up',
  fetch: 'fetch',
  pull: 'fetch',
  build: 'build',
  push: 'push',
  publish: 'push',
  check: 'check',
  verify: 'check',
};

/** In the order in which a step has them: for results that know sums alone. */
const ORDER = [
  'fetch',
  'context',
  'resolve',
  'plan',
  'registry',
  'wait',
  'pull',
  'build',
  'push',
  'check',
  'verify',
  'publish',
];

export function kindOf(what: string): Kind {
  return Object.hasOwn(KIND_OF, what) ? (KIND_OF[what] ?? 'other') : 'other';
}

/** As the step has them; without them its sums, one behind the other. */
export function phasesOf(step: Pick<StepResult, 'phases' | 'seconds'>): readonly Phase[] {
  if (step.phases !== undefined) return step.phases;
  const sums = Object.entries(step.seconds).filter(([what]) => what !== 'total' && what !== 'parents');
  const rank = (what: string) => (ORDER.includes(what) ? ORDER.indexOf(what) : ORDER.length);
  let at = 0;
  return sums
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([what, seconds]) => {
      const phase = { what, at, seconds };
      at += seconds;
      return phase;
    });
}
