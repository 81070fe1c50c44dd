import type { ImageResult, Outcome, Phase } from '../src/report/result';
import type { RunResult } from '../src/report/run-result';
import { at, buildOf, imageOf, phasesEnd, rounded, type Fate } from './large-run-image';
import { runResult } from './results';

const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
const PARALLEL = 8;

/** 32-bit numbers that are the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A run of that many images of two platforms, always the same: six systems, languages FROM those, services FROM languages; some reused, some failed. */
export function largeRun(count: number): { readonly results: readonly ImageResult[]; readonly run: RunResult } {
  const next = numbersFrom(42);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const names = namesOf(count);
  const free = Array.from({ length: PARALLEL }, () => 2);
  const done = new Map<string, { readonly fate: Fate; readonly end: number }>();
  const results = names.map((name, index) => {
    const parents = parentsOf(name, names, pick);
    const above = parents.map((parent) => done.get(parent)).filter((one) => one !== undefined);
    const broken = above.find(({ fate }) => fate.outcome === 'failed' || fate.outcome === 'skipped');
    const roll = next();
    const usual: Outcome = index > 13 && roll < 0.02 ? 'failed' : roll < 0.5 ? 'reused' : 'built';
    const outcome = broken === undefined ? (FIXED[index] ?? usual) : 'skipped';
    const digits = Math.floor(next() * 2 ** 32).toString(16);
    const fate: Fate = { name, outcome, parents, cause: broken?.fate.cause ?? name, digits: digits.padStart(8, '0') };
    const prepared = 0.4 + next() * 1.2;
    const begun = Math.max(1.5, prepared, ...above.map((parent) => parent.end));
    const platforms = PLATFORMS.map((platform) => {
      const slot = free.indexOf(Math.min(...free));
      const builds = outcome !== 'reused' && outcome !== 'skipped';
      const phases = phasesOf(outcome, builds ? Math.max(0, (free[slot] ?? 0) - begun) : 0, next);
      if (builds) free[slot] = begun + phasesEnd(phases);
      return { build: buildOf(fate, platform, begun, phases), end: begun + phasesEnd(phases) };
    });
    const end = Math.max(...platforms.map((platform) => platform.end));
    done.set(name, { fate, end: end + 0.2 });
    const builds = platforms.map(({ build }) => build);
    return imageOf(fate, builds, prepared, end);
  });
  const end = Math.max(...[...done.values()].map((one) => one.end));
  return {
    results,
    run: runResult({
      started: at(0),
      ended: at(end + 0.8),
      asked: { command: 'affected', targets: ['manifest'], projects: [] },
      repository: 'registry.example.com/platform/images',
      commit: '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d',
      publish: true,
      parallel: PARALLEL,
      machine: { platform: 'linux/amd64', cpus: 8, memory: 33_285_996_544 },
    }),
  };
}

/** `rust`, with all that is FROM it; and two services. */
const FIXED: Readonly<Record<number, Outcome>> = { 12: 'failed', 40: 'timed out', 77: 'cancelled' };
const SYSTEMS = ['debian-base', 'alpine-base', 'distroless', 'ubi-minimal', 'busybox', 'ubuntu-base'];
const LANGUAGES = ['node-20', 'node-22', 'python-3.12', 'go-1.26', 'jre-21', 'php-8.4', 'rust', 'dotnet-9'];
const TEAMS = ['billing', 'search', 'catalog', 'identity', 'delivery', 'analytics', 'media', 'gateway'];
const KINDS = ['api', 'worker', 'web', 'cron', 'migrations', 'exporter', 'consumer-of-events'];

/** In the order in which they can be built. */
function namesOf(count: number): readonly string[] {
  const services = Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / (TEAMS.length * KINDS.length));
    const name = `${TEAMS[index % TEAMS.length] ?? ''}-${KINDS[Math.floor(index / TEAMS.length) % KINDS.length] ?? ''}`;
    return round === 0 ? name : `${name}-${round + 1}`;
  });
  return [...SYSTEMS, ...LANGUAGES, ...services].slice(0, count);
}

function parentsOf(name: string, names: readonly string[], pick: <T>(list: readonly T[]) => T): readonly string[] {
  if (SYSTEMS.includes(name)) return name === 'distroless' ? ['debian-base'] : [];
  if (LANGUAGES.includes(name)) return [pick(SYSTEMS.slice(0, 4))];
  const roll = pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  if (roll === 0) return [];
  if (roll === 1) return [pick(LANGUAGES), pick(SYSTEMS)];
  const own = names.filter(
    (other) => other.startsWith(`${name.split('-')[0] ?? ''}-api`) && names.indexOf(other) < names.indexOf(name),
  );
  return roll === 2 && own.length > 0 ? [pick(own)] : [pick(LANGUAGES)];
}

function phasesOf(outcome: Outcome, wait: number, next: () => number): readonly Phase[] {
  if (outcome === 'skipped') return [];
  const lengths: readonly (readonly [string, number])[] = [
    ['plan', 0.02 + next() * 0.05],
    ['registry', 0.05 + next() * 0.3],
    ...(outcome === 'reused'
      ? []
      : ([
          ['wait', wait],
          ['pull', 0.5 + next() * 4],
          ['build', 2 + next() ** 3 * 60],
          ...(outcome === 'built'
            ? ([
                ['push', 0.5 + next() * 5],
                ['check', 0.1 + next()],
              ] as const)
            : []),
        ] as const)),
  ];
  let at = 0;
  return lengths.map(([what, seconds]) => {
    const phase = { what, at: rounded(at), seconds: rounded(seconds) };
    at += seconds;
    return phase;
  });
}
